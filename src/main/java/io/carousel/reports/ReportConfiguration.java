package io.carousel.reports;

import io.carousel.engine.gradient.report.Verdict;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** How reports are written. */
@Configuration(proxyBeanMethods = false)
class ReportConfiguration {

  /** The codes of verdicts are names that stand out, such as VANISHING_TIME. */
  @Bean
  static JsonMapperBuilderCustomizer verdictCodes() {
    return builder ->
        builder.addModule(
            new SimpleModule("verdict-codes")
                .addSerializer(Verdict.Code.class, ToStringSerializer.instance));
  }
}
