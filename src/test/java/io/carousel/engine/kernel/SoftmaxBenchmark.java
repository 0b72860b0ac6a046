package io.carousel.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
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
 * Softmax and cross-entropy with their gradient for 128 rows, on one thread, in microseconds.
 *
 * <p>Run with {@code ./mvnw -q -Pbenchmark test-compile exec:exec
 * -Dbenchmark.main=org.openjdk.jmh.Main -Dbenchmark.arguments="SoftmaxBenchmark -p
 * backend=VECTOR"}.
 *
 * <p>It works in place, and each call takes the gradients that the call before left for its logits:
 * those lie between −1 and 1 and cost what any others do.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SoftmaxBenchmark {
  private static final int ROWS = 128;

  @Param({"VECTOR", "SCALAR"})
  public Backend backend = Backend.VECTOR;

  @Param({"65", "10000"})
  public int vocabulary;

  private Kernels kernels;
  private float[] logits;
  private int[] targets;
  private float[] losses;

  @Setup
  public void open() {
    kernels = Kernels.of(backend);
    SplittableRandom random = new SplittableRandom(1);
    logits = new float[ROWS * vocabulary];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (8 * random.nextDouble() - 4);
    }
    targets = random.ints(ROWS, 0, vocabulary).toArray();
    losses = new float[ROWS];
  }

  @Benchmark
  public float[] softmaxCrossEntropy() {
    kernels.softmaxCrossEntropy(ROWS, vocabulary, logits, 0, targets, 0, 1f, losses, 0);
    return losses;
  }

  /** Compares one more call with the definition in float64. */
  @TearDown
  public void check() {
    float[] before = logits.clone();
    softmaxCrossEntropy();
    for (int row = 0; row < ROWS; row++) {
      int from = row * vocabulary;
      double sum = 0;
      for (int j = from; j < from + vocabulary; j++) {
        sum += Math.exp(before[j]);
      }
      int target = from + targets[row];
      assertThat((double) losses[row]).isCloseTo(Math.log(sum) - before[target], within(1e-4));
      for (int j = from; j < from + vocabulary; j++) {
        double expected = Math.exp(before[j]) / sum - (j == target ? 1 : 0);
        assertThat((double) logits[j]).isCloseTo(expected, within(1e-6));
      }
    }
  }
}
