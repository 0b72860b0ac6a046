/** The parts of a report, each gathered over the sequences. */
@NullMarked
package io.carousel.engine.gradient.part;

import org.jspecify.annotations.NullMarked;
