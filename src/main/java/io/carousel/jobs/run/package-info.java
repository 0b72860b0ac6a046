/** From the queue to the finished model: the threads that train, and what they report. */
@NullMarked
package io.carousel.jobs.run;

import org.jspecify.annotations.NullMarked;
