package io.carousel.jobs;

/** Where a job stands. */
enum JobStatus {
  VALIDATING_FILES(false),
  QUEUED(false),
  RUNNING(false),
  SUCCEEDED(true),
  FAILED(true),
  CANCELLED(true);

  private final boolean terminal;

  JobStatus(boolean terminal) {
    this.terminal = terminal;
  }

  /** Whether nothing will ever happen to the job again. */
  boolean terminal() {
    return terminal;
  }
}
