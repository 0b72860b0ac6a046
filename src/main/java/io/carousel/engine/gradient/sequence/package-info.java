/** What is measured on each sequence, and the statistics of its lags over all of them. */
@NullMarked
package io.carousel.engine.gradient.sequence;

import org.jspecify.annotations.NullMarked;
