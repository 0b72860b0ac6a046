package io.carousel.reports.compare;

import io.carousel.http.ProblemException;
import io.carousel.http.ResourceIds;
import io.carousel.reports.ReportRequest;
import io.carousel.reports.ReportService;
import io.carousel.reports.StoredReport;
import io.carousel.reports.Variants;
import io.carousel.reports.compare.ComparisonRequest.Variant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Service;

/** Has the networks of a comparison diagnosed and puts them side by side. */
@Service
class ComparisonService {
  private final ReportService reports;
  private final ComparisonStore store;
  private final ComparisonSettings settings;

  ComparisonService(ReportService reports, ComparisonStore store, ComparisonSettings settings) {
    this.reports = reports;
    this.store = store;
    this.settings = settings;
  }

  /**
   * Compares, and keeps the comparison and its reports; where one network fails nothing is kept.
   *
   * @throws ProblemException 400, 404, 422, or 429 where too many wait
   */
  Comparison create(ComparisonRequest request) {
    List<String> names = new ArrayList<>();
    List<ReportRequest> requests = new ArrayList<>();
    List<Variant> variants =
        Variants.given(
            request.variants(), 2, settings.maxVariants(), "carousel.comparisons.max-variants");
    for (Variant variant : variants) {
      names.add(Variants.name(variant.name(), names));
      requests.add(request.report(variant));
    }
    List<StoredReport> made = reports.createAll(names, requests, settings.maxTime());
    Comparison comparison = comparison(names, made);
    store.add(comparison);
    return comparison;
  }

  private static Comparison comparison(List<String> names, List<StoredReport> reports) {
    List<ComparisonRow> rows = new ArrayList<>();
    List<Comparison.Profile> profiles = new ArrayList<>();
    List<Comparison.DepthProfile> depths = new ArrayList<>();
    for (int i = 0; i < reports.size(); i++) {
      StoredReport stored = reports.get(i);
      DecidingPath path = DecidingPath.of(stored.report());
      rows.add(ComparisonRows.row(names.get(i), stored, path));
      profiles.add(new Comparison.Profile(names.get(i), path.layer().log10Ratio()));
      depths.add(Comparison.DepthProfile.of(names.get(i), stored.report().depth()));
    }
    StoredReport first = reports.getFirst();
    return new Comparison(
        ResourceIds.next("comparison"),
        "gradient_report.comparison",
        Instant.now().getEpochSecond(),
        first.report().sequenceLength(),
        first.report().batchSize(),
        first.report().requiredLag(),
        List.copyOf(rows),
        List.copyOf(profiles),
        List.copyOf(depths));
  }
}
