package io.carousel;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which setting the service does not know. */
final class SettingFailureAnalyzer extends AbstractFailureAnalyzer<UnknownSettingException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, UnknownSettingException cause) {
    return new FailureAnalysis(
        cause.getMessage() + ".",
        "Correct or remove it. All settings stand, with their defaults, in the application.yaml of"
            + " the sources and of the jar.",
        cause);
  }
}
