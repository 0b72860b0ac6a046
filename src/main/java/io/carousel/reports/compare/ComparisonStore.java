package io.carousel.reports.compare;

import io.carousel.http.ProblemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.springframework.stereotype.Component;

/** The comparisons, in memory; the oldest are forgotten where there are too many. */
@Component
final class ComparisonStore {
  private final ComparisonSettings settings;
  private final LinkedHashMap<String, Comparison> comparisons = new LinkedHashMap<>();

  ComparisonStore(ComparisonSettings settings) {
    this.settings = settings;
  }

  synchronized void add(Comparison comparison) {
    comparisons.put(comparison.id(), comparison);
    if (comparisons.size() > settings.retained()) {
      comparisons.pollFirstEntry();
    }
  }

  /**
   * The comparison of that id.
   *
   * @throws ProblemException 404 where there is none
   */
  synchronized Comparison get(String id) {
    Comparison comparison = comparisons.get(id);
    if (comparison == null) {
      throw ProblemException.notFound("comparison", id);
    }
    return comparison;
  }

  synchronized List<Comparison> newestFirst() {
    return new ArrayList<>(comparisons.reversed().values());
  }

  /**
   * Forgets a comparison; its reports stay.
   *
   * @throws ProblemException 404 where there is none
   */
  synchronized void delete(String id) {
    get(id);
    comparisons.remove(id);
  }
}
