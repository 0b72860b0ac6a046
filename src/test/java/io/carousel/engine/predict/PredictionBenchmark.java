package io.carousel.engine.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.kernel.Backend;
import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.Carry;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.LanguageModel;
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

/**
 * A token and the logits of the next one, with carried state, on one thread as {@link Predictor}
 * has it: one stream, and 32 of them batched into a step. In microseconds a token; 10⁶ divided by
 * that is tokens a second. Networks are LSTMs, V x H x L.
 *
 * <p>Run with {@code ./mvnw -q -Pbenchmark test-compile exec:exec
 * -Dbenchmark.main=org.openjdk.jmh.Main -Dbenchmark.arguments="PredictionBenchmark -p
 * network=65x256x2"}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PredictionBenchmark {
  private static final int MANY = 32;

  @Benchmark
  public float[] oneStream(OneStream stream) {
    return stream.next();
  }

  @Benchmark
  @OperationsPerInvocation(MANY)
  public float[] manyStreams(ManyStreams streams) {
    return streams.next();
  }

  @State(Scope.Thread)
  public static class OneStream extends Streams {
    public OneStream() {
      super(1);
    }
  }

  @State(Scope.Thread)
  public static class ManyStreams extends Streams {
    public ManyStreams() {
      super(MANY);
    }
  }

  /** Streams of random tokens that advance together. */
  @State(Scope.Thread)
  public abstract static class Streams {
    private static final int WINDOWS = 64;
    private static final int CHECKED = 3;

    @Param("VECTOR")
    public Backend backend = Backend.VECTOR;

    @Param({"65x128x2", "65x256x2", "65x512x3", "10000x650x2"})
    public String network = "";

    private final int lanes;
    private final Workers self = new Workers(1, "bench");
    private final int[][] tokens; // [WINDOWS](lanes)
    private Parameters parameters;
    private LanguageModel model;
    private Carry carry;
    private float[] logits;
    private int window;

    Streams(int lanes) {
      this.lanes = lanes;
      tokens = new int[WINDOWS][];
    }

    @Setup
    public void open() {
      int[] sizes = Arrays.stream(network.split("x")).mapToInt(Integer::parseInt).toArray();
      Architecture architecture =
          new Architecture(
              CellType.LSTM,
              sizes[2],
              sizes[1],
              sizes[1],
              0.0,
              false,
              Nonlinearity.TANH,
              Initialization.DEFAULT);
      parameters = Parameters.initialize(architecture, sizes[0], 1);
      model = open(Kernels.of(backend));
      carry = model.newCarry(lanes);
      logits = new float[lanes * sizes[0]];
      SplittableRandom random = new SplittableRandom(1);
      for (int i = 0; i < WINDOWS; i++) {
        tokens[i] = random.ints(lanes, 0, sizes[0]).toArray();
      }
    }

    private LanguageModel open(Kernels kernels) {
      return new LanguageModel(kernels, self, parameters, 1, lanes, false);
    }

    float[] next() {
      model.advance(1, lanes, tokens[window++ & (WINDOWS - 1)], carry);
      model.logits(carry, logits);
      return logits;
    }

    /** Some more tokens, from the state that was reached, against the scalar definition. */
    @TearDown
    public void check() {
      LanguageModel plain = open(Kernels.of(Backend.SCALAR));
      Carry plainCarry = plain.newCarry(lanes);
      for (int lane = 0; lane < lanes; lane++) {
        plainCarry.copyLane(lane, carry, lane);
      }
      for (int i = 0; i < CHECKED; i++) {
        plain.advance(1, lanes, tokens[(window + i) & (WINDOWS - 1)], plainCarry);
      }
      float[] expected = new float[logits.length];
      plain.logits(plainCarry, expected);
      for (int i = 0; i < CHECKED; i++) {
        next();
      }
      for (int i = 0; i < expected.length; i++) {
        assertThat(logits[i]).isCloseTo(expected[i], within(1e-4f));
      }
    }
  }
}
