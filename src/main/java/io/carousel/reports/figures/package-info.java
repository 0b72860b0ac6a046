/** Pictures of gradient reports, as SVG that reads on the screen, in print and in grey. */
@NullMarked
package io.carousel.reports.figures;

import org.jspecify.annotations.NullMarked;
