/** Next-token distributions, sampling, and recurrent state carried between calls. */
@NullMarked
package io.carousel.engine.predict;

import org.jspecify.annotations.NullMarked;
