/** Next-token predictions over HTTP. */
@NullMarked
package io.carousel.predictions;

import org.jspecify.annotations.NullMarked;
