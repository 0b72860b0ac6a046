/** Gradient diagnostics in float64, with plain cells of their own. */
@NullMarked
package io.carousel.engine.gradient;

import org.jspecify.annotations.NullMarked;
