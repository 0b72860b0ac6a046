package io.carousel.reports.figures;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PowersTest {

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "-1, 0.1",
    "1, 10",
    "2, 100",
    "-2, 0.01",
    "-3, 10⁻³",
    "3, 10³",
    "-308, 10⁻³⁰⁸",
    "-1200, 10⁻¹²⁰⁰",
    "-0.3010299957, 0.5",
    "-4.3010299957, 5·10⁻⁵"
  })
  void label_ofALogarithm_isWhatItIsTheLogarithmOf(double log, String label) {
    assertThat(Powers.label(log)).isEqualTo(label);
  }

  @Test
  void between_wideOrNarrow_hasAFewTicksInside() {
    for (double span : new double[] {0, 0.1, 0.7, 1, 3, 12, 30, 300, 5000}) {
      Powers powers = Powers.between(-span, 0);
      assertThat(powers.breaks()).as("span %s", span).hasSizeBetween(1, 12);
      assertThat(powers.breaks())
          .allMatch(b -> b >= powers.limits().getFirst() && b <= powers.limits().getLast());
      assertThat(powers.labels()).doesNotHaveDuplicates();
    }
  }

  @Test
  void wholeNumbers_moreColumns_fewerTicks() {
    assertThat(Powers.wholeNumbers(3, 1)).containsExactly(0, 1, 2, 3);
    assertThat(Powers.wholeNumbers(63, 1)).startsWith(0, 5, 10);
    assertThat(Powers.wholeNumbers(63, 4)).hasSizeLessThanOrEqualTo(4);
    assertThat(Powers.wholeNumbers(100_000, 4)).hasSizeLessThan(60);
  }
}
