package io.carousel.reports;

import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.SliceEngine;
import io.carousel.http.HttpSlice;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

/** Limits below the defaults: what a request leaves out is not refused. */
@WebMvcTest(
    controllers = ReportController.class,
    properties = {
      "carousel.reports.max-sequence-length=16",
      "carousel.reports.max-batch-size=2",
      "carousel.limits.max-hidden-size=8",
      "carousel.synthetic.max-length=12"
    })
@HttpSlice
@Import({ReportParts.class, ReportDefaultsTest.Engine.class})
class ReportDefaultsTest {
  @TempDir private static Path directory;

  static class Engine extends SliceEngine {
    Engine() {
      super(directory);
    }
  }

  @Autowired private MockMvcTester mvc;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'text': 'the cat sat on the mat, and the dog sat on the log' | 16",
        "'synthetic': 'markov' | 11"
      })
  void create_withoutSizes_hasThoseOfTheLimits(String input, int steps) {
    MvcTestResult result =
        mvc.post()
            .uri("/v1/gradient-reports")
            .contentType(MediaType.APPLICATION_JSON)
            .content(
                "{'architecture': {}, 'input': {%s}, 'include': ['verdicts']}"
                    .formatted(input)
                    .replace('\'', '"'))
            .exchange();
    assertThat(result).hasStatus(201);
    assertThat(result).bodyJson().extractingPath("$.sequence_length").isEqualTo(steps);
    assertThat(result).bodyJson().extractingPath("$.batch_size").isEqualTo(2);
    assertThat(result).bodyJson().extractingPath("$.architecture.hidden_size").isEqualTo(8);
  }
}
