/**
 * Gradient diagnostics in float64, with plain cells of their own: the way in, and what composes a
 * report. The packages below never look up here.
 */
@NullMarked
package io.carousel.engine.gradient;

import org.jspecify.annotations.NullMarked;
