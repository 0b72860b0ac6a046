/** Linear algebra and statistics in float64, on plain arrays. */
@NullMarked
package io.carousel.engine.gradient.numerics;

import org.jspecify.annotations.NullMarked;
