package io.carousel.jobs.state;

/** Where a job stands. */
public enum JobStatus {
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
  public boolean terminal() {
    return terminal;
  }
}
