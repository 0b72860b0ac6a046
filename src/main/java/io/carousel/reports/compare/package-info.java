/** Several networks on the same input: one table, one figure, a verdict for each. */
@NullMarked
package io.carousel.reports.compare;

import org.jspecify.annotations.NullMarked;
