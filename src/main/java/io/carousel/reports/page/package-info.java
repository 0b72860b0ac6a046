/** Reports as pages that stand alone: no request leaves them, online or off. */
@NullMarked
package io.carousel.reports.page;

import org.jspecify.annotations.NullMarked;
