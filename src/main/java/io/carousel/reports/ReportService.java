package io.carousel.reports;

import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.tokens.Dataset;
import io.carousel.http.ComputePool;
import io.carousel.http.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Service;

/** Admits requests for gradient reports, has them made one at a time, and keeps what is made. */
@Service
public class ReportService implements DisposableBean {
  private final SubjectReader subjects;
  private final ReportMaker maker;
  private final ReportStore store;
  private final ReportSettings settings;
  private final ComputePool pool;

  ReportService(
      SubjectReader subjects,
      ReportMaker maker,
      ReportStore store,
      ReportSettings settings,
      MeterRegistry registry) {
    this.subjects = subjects;
    this.maker = maker;
    this.store = store;
    this.settings = settings;
    this.pool =
        new ComputePool(
            "gradient reports",
            1,
            settings.queueCapacity(),
            "carousel.reports.queue-capacity",
            Timer.builder("carousel.gradient.reports")
                .description("Gradient reports, without their time in the queue")
                .register(registry));
  }

  /**
   * Makes a report and keeps it.
   *
   * @throws ProblemException 400, 404, 422, or 429 where too many wait
   */
  StoredReport create(ReportRequest request) {
    check(request);
    // Reading, tokenising and the analysis: all that computes, in the pool.
    return pool.run(() -> {
      String param = SubjectReader.param(request.input());
      StoredReport report =
          maker.make(
              maker.prepare(request, subjects.data(request.input(), param, request.seed()), param));
      store.add(report);
      return report;
    });
  }

  /**
   * Makes reports on the same input, one after the other, and keeps them where all could be made.
   *
   * @param names of what each is about; an error says of which it is
   * @param requests that have their input in common
   * @param allowed the time after which no further one is begun
   * @throws ProblemException 400, 404, 422, or 429 where too many wait
   */
  public List<StoredReport> createAll(
      List<String> names, List<ReportRequest> requests, Duration allowed) {
    VariantProblems problems = new VariantProblems(names);
    for (int i = 0; i < requests.size(); i++) {
      ReportRequest request = requests.get(i);
      problems.of(i, () -> check(request));
    }
    ReportRequest.Input input = requests.getFirst().input();
    return pool.run(() -> {
      long begin = System.nanoTime();
      String param = SubjectReader.param(input);
      Dataset data = subjects.data(input, param, requests.getFirst().seed());
      List<ReportMaker.Prepared> prepared = new ArrayList<>();
      for (int i = 0; i < requests.size(); i++) {
        ReportRequest request = requests.get(i);
        problems.of(i, () -> prepared.add(maker.prepare(request, data, param)));
      }
      List<StoredReport> reports = new ArrayList<>();
      for (int i = 0; i < requests.size(); i++) {
        ReportMaker.Prepared next = prepared.get(i);
        problems.requireTime(i, Duration.ofNanos(System.nanoTime() - begin), allowed);
        problems.of(i, () -> reports.add(maker.make(next)));
      }
      reports.forEach(store::add);
      return List.copyOf(reports);
    });
  }

  /**
   * Computes something else in its turn among the reports: what an analysis may need in memory is
   * reckoned for one at a time.
   *
   * @throws ProblemException 429 where too many wait
   */
  public <T> T inTurn(Callable<T> computation) {
    return pool.run(computation);
  }

  /** Memory that one analysis may need, in bytes: the setting carousel.reports.max-bytes. */
  public long analysisBytes() {
    return settings.analysisBytes();
  }

  @Override
  public void destroy() {
    pool.close();
  }

  /** Refuses what is wrong with a request's own fields. */
  private void check(ReportRequest request) {
    ReportPart.named(request.include());
    settings.requireSizes(
        "",
        requireNonNullElse(request.sequenceLength(), settings.defaultSequenceLength()),
        requireNonNullElse(request.batchSize(), settings.defaultBatchSize()));
    Integer lag = request.requiredLag();
    if (lag != null && lag < 1) {
      throw ProblemException.invalid(
          "required_lag", "required_lag: expected at least 1, found " + lag);
    }
    ReportOptions.check(request);
    if ((request.model() == null) == (request.architecture() == null)) {
      throw ProblemException.invalid(
          "model",
          "model: expected exactly one of model and architecture, found "
              + (request.model() == null ? "neither" : "both"));
    }
  }
}
