package io.carousel;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says that the service does not start because traces could not be sent where they are to go. */
final class TracesFailureAnalyzer extends AbstractFailureAnalyzer<IllegalArgumentException> {
  /** How OpenTelemetry's exporters begin what they say of a URL. */
  private static final String REFUSED = "Invalid endpoint";

  @Override
  protected @Nullable FailureAnalysis analyze(
      Throwable rootFailure, IllegalArgumentException cause) {
    String message = String.valueOf(cause.getMessage());
    return message.startsWith(REFUSED)
        ? new FailureAnalysis(
            "management.opentelemetry.tracing.export.otlp.endpoint: " + message,
            "Give the whole URL of an OTLP collector, such as http://collector:4318/v1/traces, or"
                + " leave the setting out: then no traces are sent.",
            cause)
        : null;
  }
}
