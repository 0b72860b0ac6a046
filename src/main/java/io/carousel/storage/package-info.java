/** What lasts: the directories that features keep their files in. */
@NullMarked
package io.carousel.storage;

import org.jspecify.annotations.NullMarked;
