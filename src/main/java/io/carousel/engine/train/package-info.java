/** Optimisers, gradient clipping, learning-rate schedules and the training loop. */
@NullMarked
package io.carousel.engine.train;

import org.jspecify.annotations.NullMarked;
