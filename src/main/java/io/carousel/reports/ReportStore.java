package io.carousel.reports;

import org.springframework.stereotype.Component;

/** The reports, bounded by the memory that they take as well. */
@Component
final class ReportStore extends RetainedResults<StoredReport> {

  ReportStore(ReportSettings settings) {
    super(
        "gradient report",
        StoredReport::id,
        settings.retained(),
        StoredReport::bytes,
        settings.retainedBytes().toBytes());
  }
}
