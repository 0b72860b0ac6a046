/**
 * Training jobs: the HTTP resource and what it admits. {@code state} is what is known of a job,
 * {@code run} is how it is trained.
 */
@NullMarked
package io.carousel.jobs;

import org.jspecify.annotations.NullMarked;
