/** Uploaded corpora: the HTTP resource and its store. */
@NullMarked
package io.carousel.files;

import org.jspecify.annotations.NullMarked;
