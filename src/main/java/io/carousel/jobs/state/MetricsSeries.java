package io.carousel.jobs.state;

import io.carousel.engine.train.StepReport;
import io.carousel.engine.train.StepReport.ParameterReport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a job's steps in bounded memory: every n-th step is kept, and whenever there are
 * too many, every second of them goes and n doubles. Immutable.
 */
public final class MetricsSeries {
  private final int capacity;
  private final long stride;
  private final List<String> parameters;
  private final List<Point> points;

  /**
   * One step.
   *
   * @param validLoss of the last evaluation before it, or null
   */
  public static final class Point {
    private final StepReport report;
    private final @Nullable Double validLoss;
    private final float @Nullable [] gradientNorms; // by parameter; null where nobody had asked
    private final float @Nullable [] updateRatios;

    private Point(StepReport report, @Nullable Double validLoss) {
      List<ParameterReport> detail = report.detail();
      this.validLoss = validLoss;
      this.gradientNorms = detail == null ? null : new float[detail.size()];
      this.updateRatios = detail == null ? null : new float[detail.size()];
      if (detail != null && gradientNorms != null && updateRatios != null) {
        for (int i = 0; i < detail.size(); i++) {
          gradientNorms[i] = (float) detail.get(i).gradientNorm();
          updateRatios[i] = (float) detail.get(i).updateRatioLog10();
        }
      }
      // Names and boxed figures of the detail would be ten times what the two arrays are.
      this.report =
          new StepReport(
              report.step(),
              report.epoch(),
              report.tokens(),
              report.elapsedSeconds(),
              report.learningRate(),
              report.loss(),
              report.gradientNorm(),
              report.clipped(),
              null);
    }

    /** The step, without its detail. */
    public StepReport report() {
      return report;
    }

    public @Nullable Double validLoss() {
      return validLoss;
    }

    public float @Nullable [] gradientNorms() {
      return gradientNorms;
    }

    public float @Nullable [] updateRatios() {
      return updateRatios;
    }
  }

  private MetricsSeries(int capacity, long stride, List<String> parameters, List<Point> points) {
    this.capacity = capacity;
    this.stride = stride;
    this.parameters = parameters;
    this.points = points;
  }

  /** No point yet, and never more than the capacity. */
  public static MetricsSeries empty(int capacity) {
    return new MetricsSeries(capacity, 1, List.of(), List.of());
  }

  /** Whether a step (from 1) would be kept. */
  public boolean records(long step) {
    return (step - 1) % stride == 0;
  }

  /** The series with a step more, or this one where the step is not kept. */
  public MetricsSeries with(StepReport report, @Nullable Double validLoss) {
    if (!records(report.step())) {
      return this;
    }
    List<ParameterReport> detail = report.detail();
    List<String> names =
        parameters.isEmpty() && detail != null
            ? detail.stream().map(ParameterReport::name).toList()
            : parameters;
    List<Point> more = new ArrayList<>(points.size() + 1);
    more.addAll(points);
    more.add(new Point(report, validLoss));
    return more.size() <= capacity
        ? new MetricsSeries(capacity, stride, names, more)
        : new MetricsSeries(capacity, stride * 2, names, everySecond(more, stride * 2));
  }

  /** n: every n-th step is kept. */
  public long stride() {
    return stride;
  }

  /** Names of the parameters, in the order of a point's figures. */
  public List<String> parameters() {
    return parameters;
  }

  public List<Point> points() {
    return points;
  }

  /** About what the series takes in memory: objects, and two figures of each parameter. */
  public long bytes() {
    return 100L * parameters.size()
        + points.stream()
            .mapToLong(p -> p.gradientNorms == null ? 150 : 190 + 8L * parameters.size())
            .sum();
  }

  /** At most so many points, evenly spread, the first and the last among them. */
  public List<Point> sampled(int most) {
    if (points.size() <= most) {
      return points;
    }
    if (most == 1) {
      return List.of(points.getLast());
    }
    List<Point> sample = new ArrayList<>(most);
    for (int i = 0; i < most; i++) {
      sample.add(points.get((int) Math.round((double) i * (points.size() - 1) / (most - 1))));
    }
    return sample;
  }

  private static List<Point> everySecond(List<Point> points, long stride) {
    return points.stream().filter(point -> (point.report.step() - 1) % stride == 0).toList();
  }
}
