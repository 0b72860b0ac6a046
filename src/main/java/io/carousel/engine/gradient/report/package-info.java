/**
 * The gradient report: records of numbers and words, and the flags of numbers that are not finite.
 */
@NullMarked
package io.carousel.engine.gradient.report;

import org.jspecify.annotations.NullMarked;
