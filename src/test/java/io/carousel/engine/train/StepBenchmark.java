package io.carousel.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.kernel.Backend;
import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One training step of each of {@link TrainingStep#SHAPES}, on all processors, in milliseconds;
 * with a profiler of JMH's beside it where {@link StepTable} only says how long it took.
 *
 * <p>Run with {@code ./mvnw -q -Pbenchmark test-compile exec:exec
 * -Dbenchmark.main=org.openjdk.jmh.Main -Dbenchmark.arguments="StepBenchmark -p shape=3 -prof gc"}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class StepBenchmark {
  @Param("VECTOR")
  public Backend backend = Backend.VECTOR;

  /** Number of the shape. */
  @Param({"1", "2", "3", "4", "5", "6", "7", "8"})
  public int shape;

  private Workers workers;
  private TrainingStep step;
  private double firstLoss;
  private double lastLoss;

  @Setup
  public void open() {
    workers = new Workers(Runtime.getRuntime().availableProcessors(), "bench");
    step = new TrainingStep(TrainingStep.SHAPES.get(shape - 1), Kernels.of(backend), workers);
    firstLoss = step.run();
  }

  @Benchmark
  public double step() {
    lastLoss = step.run();
    return lastLoss;
  }

  /** It has learned something of the one window that it sees. */
  @TearDown
  public void check() {
    workers.close();
    assertThat(firstLoss).isCloseTo(Math.log(step.shape().v()), within(0.5));
    assertThat(lastLoss).isFinite().isPositive().isLessThan(firstLoss);
  }
}
