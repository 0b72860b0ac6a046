package io.carousel.reports.contrast;

import io.carousel.http.ProblemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.springframework.stereotype.Component;

/** The contrasts, in memory; the oldest are forgotten where there are too many. */
@Component
final class ContrastStore {
  private final ContrastSettings settings;
  private final LinkedHashMap<String, Contrast> contrasts = new LinkedHashMap<>();

  ContrastStore(ContrastSettings settings) {
    this.settings = settings;
  }

  synchronized void add(Contrast contrast) {
    contrasts.put(contrast.id(), contrast);
    if (contrasts.size() > settings.retained()) {
      contrasts.pollFirstEntry();
    }
  }

  /**
   * The contrast of that id.
   *
   * @throws ProblemException 404 where there is none
   */
  synchronized Contrast get(String id) {
    Contrast contrast = contrasts.get(id);
    if (contrast == null) {
      throw ProblemException.notFound("contrast", id);
    }
    return contrast;
  }

  synchronized List<Contrast> newestFirst() {
    return new ArrayList<>(contrasts.reversed().values());
  }

  /**
   * Forgets a contrast.
   *
   * @throws ProblemException 404 where there is none
   */
  synchronized void delete(String id) {
    get(id);
    contrasts.remove(id);
  }
}
