/**
 * Carousel: recurrent sequence models as a service, with proof of what their gradient can reach.
 */
@NullMarked
package io.carousel;

import org.jspecify.annotations.NullMarked;
