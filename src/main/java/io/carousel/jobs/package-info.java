/** Training jobs, kept in memory: the HTTP resource, the queue and its workers. */
@NullMarked
package io.carousel.jobs;

import org.jspecify.annotations.NullMarked;
