package io.carousel.predictions;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Has the timer of predictions say how they failed as OpenTelemetry does, and not, as Micrometer
 * would, by the name of a Java class. Prometheus wants the same labels on all series of a name, so
 * those that did not fail have one, too.
 */
@Component
final class ErrorTypeTag implements MeterFilter {
  private static final String MICROMETERS = "error";
  private static final Tag NONE = Tag.of(PredictionObserver.ERROR_TYPE, "none");

  @Override
  public Meter.Id map(Meter.Id id) {
    if (!id.getName().equals(PredictionObserver.NAME)) {
      return id;
    }
    List<Tag> tags = new ArrayList<>(id.getTags());
    tags.removeIf(tag -> tag.getKey().equals(MICROMETERS));
    if (tags.stream().noneMatch(tag -> tag.getKey().equals(NONE.getKey()))) {
      tags.add(NONE);
    }
    return id.replaceTags(tags);
  }
}
