package io.carousel;

import io.carousel.engine.kernel.BackendUnavailableException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says why the service does not start with the backend that it was told to use. */
final class BackendFailureAnalyzer extends AbstractFailureAnalyzer<BackendUnavailableException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, BackendUnavailableException cause) {
    return new FailureAnalysis(
        "The backend that carousel.backend names cannot run here: " + cause.getMessage(),
        "Set carousel.backend to auto, which takes the fastest backend that runs here, or to"
            + " scalar, which runs everywhere. The vector backend needs the option --add-modules"
            + " jdk.incubator.vector, the nd4j backend the native libraries of this platform.",
        cause);
  }
}
