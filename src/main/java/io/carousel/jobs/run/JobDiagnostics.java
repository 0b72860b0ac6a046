package io.carousel.jobs.run;

import io.carousel.jobs.diagnostics.DiagnosticsSettings;
import io.carousel.jobs.diagnostics.DiagnosticsSpecification;
import io.carousel.jobs.state.JobStore;
import io.carousel.jobs.state.TrainingJob;
import io.carousel.reports.TrainingReports;
import org.springframework.stereotype.Component;

/** Has jobs watched while they train. */
@Component
final class JobDiagnostics {
  private final JobStore store;
  private final TrainingReports reports;
  private final DiagnosticsSettings settings;
  private final JobMeters meters;

  JobDiagnostics(
      JobStore store, TrainingReports reports, DiagnosticsSettings settings, JobMeters meters) {
    this.store = store;
    this.reports = reports;
    this.settings = settings;
    this.meters = meters;
  }

  /** Who watches that job; the windows are drawn with its seed from what it is trained on. */
  RunDiagnostics watch(TrainingJob job, JobCorpora corpora) {
    DiagnosticsSpecification asked = job.specification().diagnostics();
    TrainingReports.Plan plan =
        asked == null ? null : asked.plan(job.specification().training().sequenceLength());
    return new RunDiagnostics(
        job,
        store,
        reports,
        plan == null ? null : reports.probe(plan, corpora.training(), job.specification().seed()),
        settings,
        meters);
  }
}
