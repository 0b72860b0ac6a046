package io.carousel.reports;

import io.carousel.http.ProblemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.springframework.stereotype.Component;

/** The reports, in memory; the oldest are forgotten where there are too many. */
@Component
final class ReportStore {
  private final ReportSettings settings;
  private final LinkedHashMap<String, StoredReport> reports = new LinkedHashMap<>(); // oldest first
  private long bytes;

  ReportStore(ReportSettings settings) {
    this.settings = settings;
  }

  /** Keeps a report; the newest is kept whatever it takes. */
  synchronized void add(StoredReport report) {
    reports.put(report.id(), report);
    bytes += report.bytes();
    while (reports.size() > 1
        && (reports.size() > settings.retained() || bytes > settings.retainedBytes().toBytes())) {
      bytes -= reports.pollFirstEntry().getValue().bytes();
    }
  }

  /**
   * The report of that id.
   *
   * @throws ProblemException 404 where there is none
   */
  synchronized StoredReport get(String id) {
    StoredReport report = reports.get(id);
    if (report == null) {
      throw ProblemException.notFound("gradient report", id);
    }
    return report;
  }

  synchronized boolean has(String id) {
    return reports.containsKey(id);
  }

  synchronized List<StoredReport> newestFirst() {
    return new ArrayList<>(reports.reversed().values());
  }

  /**
   * Forgets a report.
   *
   * @throws ProblemException 404 where there is none
   */
  synchronized void delete(String id) {
    bytes -= get(id).bytes();
    reports.remove(id);
  }

  /** As {@link #delete}, but leaves it at that where there is none. */
  synchronized void forget(String id) {
    if (has(id)) {
      delete(id);
    }
  }
}
