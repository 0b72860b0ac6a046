package io.carousel.predictions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carousel.http.ProblemException;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PredictionObserverTest {
  private static final NextTokenResponse RESPONSE =
      new NextTokenResponse("list", "m", List.of(), new NextTokenResponse.Usage(1, 0, 1));

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ObservationRegistry observations = ObservationRegistry.create();
  private final PredictionObserver observer = new PredictionObserver(observations);

  @BeforeEach
  void count() {
    meters.config().meterFilter(new ErrorTypeTag());
    observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(ProblemException.tooMany("queue_full", "full"), "queue_full"),
        Arguments.of(new IllegalArgumentException("steps: expected more"), "invalid_value"),
        Arguments.of(
            new UncheckedIOException(new IOException("Input/output error")), "storage_unavailable"),
        Arguments.of(new IllegalStateException("a fault"), "internal_error"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void errorType_ofAFailure_isItsCode_amongTheLabelsOfASuccess(
      RuntimeException failure, String code) {
    observer.observe("m", () -> RESPONSE);
    assertThatThrownBy(() ->
            observer.observe(
                "m",
                () -> {
                  throw failure;
                }))
        .isSameAs(failure);

    Set<String> labels = Set.of("error.type", "gen_ai.operation.name", "gen_ai.provider.name");
    assertThat(meters.find("gen_ai.server.request.duration").timers())
        .hasSize(2)
        .allSatisfy(timer ->
            assertThat(timer.getId().getTags().stream().map(Tag::getKey))
                .containsExactlyInAnyOrderElementsOf(labels))
        .extracting(timer -> timer.getId().getTag("error.type"))
        .containsExactlyInAnyOrder("none", code);
  }

  @Test
  void errorType_onOtherMeters_isLeftAlone() {
    Meter.Id id = meters.timer("http.server.requests", "error", "none").getId();
    assertThat(id.getTags().stream().map(Tag::getKey).collect(Collectors.toSet()))
        .containsExactly("error");
  }
}
