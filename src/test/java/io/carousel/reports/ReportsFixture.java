package io.carousel.reports;

import io.carousel.engine.kernel.Backend;
import io.carousel.engine.kernel.Kernels;
import org.springframework.util.unit.DataSize;

/** Reports of training runs, without HTTP. */
public final class ReportsFixture {
  private final ReportStore store;

  /** What runs use. */
  public final TrainingReports reports;

  public ReportsFixture() {
    this(256, 64);
  }

  public ReportsFixture(int maxSequenceLength, int maxBatchSize) {
    ReportSettings settings =
        new ReportSettings(
            maxSequenceLength,
            maxBatchSize,
            DataSize.ofMegabytes(128),
            1,
            100,
            DataSize.ofMegabytes(16));
    store = new ReportStore(settings);
    reports =
        new TrainingReports(store, new Analysis(Kernels.of(Backend.SCALAR), settings), settings);
  }

  /** How many are kept. */
  public int count() {
    return store.newestFirst().size();
  }
}
