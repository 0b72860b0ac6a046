package io.carousel.reports.compare;

import io.carousel.reports.RetainedResults;
import org.springframework.stereotype.Component;

/** The comparisons; their reports are kept for themselves. */
@Component
final class ComparisonStore extends RetainedResults<Comparison> {

  ComparisonStore(ComparisonSettings settings) {
    super("comparison", Comparison::id, settings.retained());
  }
}
