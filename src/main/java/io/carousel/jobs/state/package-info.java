/** What is known of a job, and the one place that holds all jobs; in memory. */
@NullMarked
package io.carousel.jobs.state;

import org.jspecify.annotations.NullMarked;
