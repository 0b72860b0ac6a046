package io.carousel.reports.contrast;

import io.carousel.reports.RetainedResults;
import org.springframework.stereotype.Component;

/** The contrasts. */
@Component
final class ContrastStore extends RetainedResults<Contrast> {

  ContrastStore(ContrastSettings settings) {
    super("contrast", Contrast::id, settings.retained());
  }
}
