package io.carousel.reports.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.engine.gradient.report.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MeaningsTest {

  @ParameterizedTest
  @EnumSource(Verdict.Code.class)
  void of_everyCode_isASentence(Verdict.Code code) {
    assertThat(Meanings.of(code.name())).endsWith(".");
  }
}
