/** Gradient reports over HTTP. */
@NullMarked
package io.carousel.reports;

import org.jspecify.annotations.NullMarked;
