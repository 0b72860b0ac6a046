package io.carousel.jobs.run;

import io.carousel.jobs.diagnostics.DiagnosticsSettings;

/** Bounds the share of a run's time that its reports take. */
final class ReportBudget {
  private final double maxShare;
  private final long freeNanos;
  private final long start = System.nanoTime();
  private long spent;
  private int made;
  private int skipped;

  ReportBudget(DiagnosticsSettings settings) {
    maxShare = settings.maxShare();
    freeNanos = settings.freeTime().toNanos();
  }

  /** Whether another report may be made now; else it counts as skipped. */
  boolean allows() {
    boolean allowed = spent <= freeNanos || share() <= maxShare;
    skipped += allowed ? 0 : 1;
    return allowed;
  }

  void made(long nanos) {
    spent += nanos;
    made++;
  }

  int made() {
    return made;
  }

  int skipped() {
    return skipped;
  }

  double seconds() {
    return spent / 1e9;
  }

  /** Of the time since the start of the run. */
  double share() {
    return (double) spent / Math.max(1, System.nanoTime() - start);
  }
}
