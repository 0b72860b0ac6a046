package io.carousel.engine.gradient.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.gradient.Nets;
import io.carousel.engine.gradient.cell.Backpropagation;
import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.cell.ModelWeights;
import io.carousel.engine.gradient.cell.SequenceTape;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.Parameters;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The exact lag matrix of 8 sequences, T = H = 128, by one sweep that keeps the loss sources apart;
 * and by what one would do without it, a backward pass for each of the T predictions, from that
 * prediction on. Both on one thread, in milliseconds a sequence, without the forward pass.
 *
 * <p>Run with {@code ./mvnw -q -Pbenchmark test-compile exec:exec
 * -Dbenchmark.main=org.openjdk.jmh.Main -Dbenchmark.arguments=LagMatrixBenchmark}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LagMatrixBenchmark {
  private static final int STEPS = 128;
  private static final int HIDDEN = 128;
  private static final int SEQUENCES = 8;
  private static final int VOCABULARY = 65;

  @Param({"RNN", "LSTM"})
  public CellType cell = CellType.RNN;

  private ModelWeights model;
  private SequenceTape[] sequences;

  /** The first sequence up to each of its predictions, which alone is scored. */
  private SequenceTape[] prefixes;

  @Setup
  public void open() {
    Parameters parameters =
        Parameters.initialize(
            Nets.architecture(cell, Nonlinearity.TANH, 1, HIDDEN, HIDDEN), VOCABULARY, 1);
    model = new ModelWeights(DoubleWeights.of(parameters));
    SplittableRandom random = new SplittableRandom(1);
    sequences = new SequenceTape[SEQUENCES];
    prefixes = new SequenceTape[STEPS];
    for (int sequence = 0; sequence < SEQUENCES; sequence++) {
      int[] inputs = random.ints(STEPS, 0, VOCABULARY).toArray();
      int[] targets = random.ints(STEPS, 0, VOCABULARY).toArray();
      sequences[sequence] = SequenceTape.run(model, inputs, targets);
      for (int t = 0; t < STEPS && sequence == 0; t++) {
        int[] last = new int[t + 1];
        Arrays.fill(last, -1);
        last[t] = targets[t];
        prefixes[t] = SequenceTape.run(model, Arrays.copyOf(inputs, t + 1), last);
      }
    }
  }

  @Benchmark
  @OperationsPerInvocation(SEQUENCES)
  public void lagMatrix(Blackhole results) {
    for (SequenceTape tape : sequences) {
      results.consume(LossSourceSweep.run(model, tape));
    }
  }

  @Benchmark
  public void separatePasses(Blackhole results) {
    for (SequenceTape prefix : prefixes) {
      results.consume(Backpropagation.run(model, prefix));
    }
  }

  /** Both say the same. */
  @TearDown
  public void check() {
    LossSourceSweep sweep = LossSourceSweep.run(model, sequences[0]);
    for (int state = 0; state < model.weights().cell().states().size(); state++) {
      for (int t = 0; t < STEPS; t++) {
        Backpropagation pass = Backpropagation.run(model, prefixes[t]);
        for (int k = 0; k <= t; k++) {
          double expected = Linear.norm(pass.stateGradient(0, state, k), 0, HIDDEN);
          assertThat(sweep.norms(0, state).value(t, k))
              .isCloseTo(expected, within(1e-9 * expected));
        }
      }
    }
  }
}
