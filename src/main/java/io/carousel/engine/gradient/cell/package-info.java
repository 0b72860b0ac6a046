/**
 * The network in float64: plain cells, their derivatives, and the ordinary passes over a sequence.
 */
@NullMarked
package io.carousel.engine.gradient.cell;

import org.jspecify.annotations.NullMarked;
