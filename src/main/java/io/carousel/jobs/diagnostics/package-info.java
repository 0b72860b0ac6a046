/** What is asked and known of the gradient reports that a job makes while it trains. */
@NullMarked
package io.carousel.jobs.diagnostics;

import org.jspecify.annotations.NullMarked;
