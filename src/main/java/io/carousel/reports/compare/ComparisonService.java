package io.carousel.reports.compare;

import static io.carousel.http.Fields.requireAtMost;

import io.carousel.http.JsonProblems;
import io.carousel.http.ProblemException;
import io.carousel.reports.ReportRequest;
import io.carousel.reports.ReportService;
import io.carousel.reports.StoredReport;
import io.carousel.reports.compare.ComparisonRequest.Variant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Has the networks of a comparison diagnosed and puts them side by side. */
@Service
class ComparisonService {
  private static final int LONGEST_NAME = 40; // still legible in the figure's legend

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
    for (Variant variant : variants(request)) {
      names.add(name(variant, names));
      requests.add(request.report(variant));
    }
    List<StoredReport> made = reports.createAll(names, requests, settings.maxTime());
    Comparison comparison = comparison(names, made);
    store.add(comparison);
    return comparison;
  }

  private List<Variant> variants(ComparisonRequest request) {
    List<@Nullable Variant> variants = request.variants();
    int found = variants == null ? 0 : variants.size();
    requireAtMost("variants", found, settings.maxVariants(), "carousel.comparisons.max-variants");
    if (variants == null || found < 2) {
      throw ProblemException.invalid("variants", "variants: expected at least 2, found " + found);
    }
    List<Variant> given = new ArrayList<>();
    for (int i = 0; i < found; i++) {
      Variant variant = variants.get(i);
      if (variant == null) {
        String at = "variants[" + i + "]";
        throw ProblemException.invalid(at, at + ": expected an object, found null");
      }
      given.add(variant);
    }
    return given;
  }

  private static String name(Variant variant, List<String> before) {
    String at = "variants[%d].name".formatted(before.size());
    String name = variant.name();
    if (name == null
        || name.isBlank()
        || name.length() > LONGEST_NAME
        || name.chars().anyMatch(Character::isISOControl)) {
      throw ProblemException.invalid(
          at,
          "%s: expected 1 to %d characters, none of them a control character, found %s"
              .formatted(at, LONGEST_NAME, JsonProblems.shown(name)));
    }
    if (before.contains(name)) {
      throw ProblemException.invalid(
          at,
          "%s: expected each name once, found %s also in variants[%d]"
              .formatted(at, JsonProblems.shown(name), before.indexOf(name)));
    }
    return name;
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
        "comparison-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()),
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
