/** The rules by which a report concludes, and what they recommend. */
@NullMarked
package io.carousel.engine.gradient.verdict;

import org.jspecify.annotations.NullMarked;
