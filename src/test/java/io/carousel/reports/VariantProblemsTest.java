package io.carousel.reports;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class VariantProblemsTest {
  private final VariantProblems problems = new VariantProblems(List.of("rnn", "lstm"));

  @Test
  void requireTime_over_namesTheSettingAndTheVariant() {
    assertThatThrownBy(
            () -> problems.requireTime(1, Duration.ofSeconds(121), Duration.ofSeconds(120)))
        .hasMessageContaining("variants[1] (lstm)")
        .hasMessageContaining("carousel.comparisons.max-time")
        .hasMessageContaining("1 of 2 made after 121 s");
  }

  @Test
  void requireTime_within_isFine() {
    assertThatCode(() -> problems.requireTime(1, Duration.ofSeconds(119), Duration.ofSeconds(120)))
        .doesNotThrowAnyException();
  }

  @Test
  void of_aFaultOfOurs_staysWhatItIs() {
    IllegalArgumentException fault = new IllegalArgumentException("Not about a field");
    assertThatThrownBy(() ->
            problems.of(
                0,
                () -> {
                  throw fault;
                }))
        .isSameAs(fault);
  }
}
