/** Which words of a sentence decide between two continuations: one table, one figure. */
@NullMarked
package io.carousel.reports.contrast;

import org.jspecify.annotations.NullMarked;
