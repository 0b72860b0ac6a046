package io.carousel.jobs;

import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.train.TrainingSpecification;
import io.carousel.http.ProblemException;
import io.carousel.jobs.diagnostics.DiagnosticsSettings;
import io.carousel.jobs.diagnostics.DiagnosticsSpecification;
import io.carousel.jobs.run.JobCorpora;
import io.carousel.reports.TrainingReports;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Decides whether a job can be diagnosed as it asks, and what that means with all defaults. */
@Component
final class DiagnosticsPlanner {
  private final TrainingReports reports;
  private final DiagnosticsSettings settings;

  DiagnosticsPlanner(TrainingReports reports, DiagnosticsSettings settings) {
    this.reports = reports;
    this.settings = settings;
  }

  /**
   * What a request means; null where nothing is asked.
   *
   * @throws ProblemException 400 where a field is out of its range
   */
  @Nullable DiagnosticsSpecification specification(
      @Nullable JobDiagnosticsRequest asked, TrainingSpecification training) {
    if (asked == null) {
      return null;
    }
    requirePositive("every_steps", asked.everySteps());
    requirePositive("required_lag", asked.requiredLag());
    int steps =
        asked.sequenceLength() != null
            ? asked.sequenceLength()
            : Math.min(training.sequenceLength(), reports.longestSequence());
    // Over a window of its own length a report takes the longest lag that there is.
    Integer lag =
        asked.requiredLag() == null && steps != training.sequenceLength()
            ? Integer.valueOf(training.sequenceLength())
            : asked.requiredLag();
    DiagnosticsSpecification specification =
        new DiagnosticsSpecification(
            asked.everySteps(),
            asked.stopCodes(),
            lag,
            steps,
            requireNonNullElse(asked.batchSize(), reports.defaultBatchSize()),
            named(asked.include()));
    reports.check(
        new TrainingReports.Plan(
            steps,
            specification.batchSize(),
            lag,
            training.sequenceLength(),
            specification.include()));
    return specification;
  }

  /**
   * Refuses what the data or the memory does not allow.
   *
   * @return bytes that the reports add to the job
   * @throws ProblemException 422
   */
  long bytes(
      @Nullable DiagnosticsSpecification specification,
      TrainingSpecification training,
      Architecture architecture,
      JobCorpora corpora,
      long seed) {
    TrainingReports.Plan plan =
        specification == null ? null : specification.plan(training.sequenceLength());
    if (plan == null) {
      return 0;
    }
    int vocabularySize = corpora.tokenizer().vocabulary().size();
    reports.probe(plan, corpora.training(), seed);
    reports.requireMemory(plan, architecture, vocabularySize);
    return reports.estimateBytes(plan, architecture, vocabularySize, settings.retained());
  }

  /** Names as they are, to be judged by who knows them. */
  private static List<String> named(@Nullable List<@Nullable String> include) {
    if (include == null) {
      return TrainingReports.DEFAULT_INCLUDE;
    }
    List<String> names = new ArrayList<>();
    include.forEach(name -> names.add(String.valueOf(name)));
    return List.copyOf(names);
  }

  private static void requirePositive(String name, @Nullable Integer found) {
    if (found != null && found < 1) {
      String field = "diagnostics." + name;
      throw ProblemException.invalid(field, field + ": expected at least 1, found " + found);
    }
  }
}
