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
 * The elementwise part of one time step of 32 lanes, on one thread, in microseconds.
 *
 * <p>Run with {@code ./mvnw -q -Pbenchmark test-compile exec:exec
 * -Dbenchmark.main=org.openjdk.jmh.Main -Dbenchmark.arguments="GatesBenchmark -p backend=VECTOR"}.
 *
 * <p>The kernels work in place, so each call begins with a copy of the gates, without which
 * gradients would be multiplied down to denormals; {@code copyOnly} is what that costs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class GatesBenchmark {
  private static final int ROWS = 32;

  @Param({"VECTOR", "SCALAR"})
  public Backend backend = Backend.VECTOR;

  @Param({"128", "256", "650"})
  public int hidden;

  private Kernels kernels;
  private Lstm lstm;
  private Gru gru;

  @Setup
  public void open() {
    kernels = Kernels.of(backend);
    lstm = new Lstm(hidden);
    gru = new Gru(hidden);
  }

  @Benchmark
  public float[] lstmForward() {
    return lstm.forward(kernels);
  }

  @Benchmark
  public float[] lstmBackward() {
    return lstm.backward(kernels);
  }

  @Benchmark
  public float[] gruForward() {
    return gru.forward(kernels);
  }

  @Benchmark
  public float[] gruBackward() {
    return gru.backward(kernels);
  }

  @Benchmark
  public float[] copyOnly() {
    return lstm.restore(lstm.active);
  }

  @TearDown
  public void check() {
    Kernels definition = new ScalarKernels();
    Lstm plainLstm = new Lstm(hidden);
    Gru plainGru = new Gru(hidden);
    assertClose(lstm.forward(kernels), plainLstm.forward(definition));
    assertClose(lstm.h, plainLstm.h);
    assertClose(lstm.c, plainLstm.c);
    assertClose(lstm.backward(kernels), plainLstm.backward(definition));
    assertClose(lstm.dc, plainLstm.dc);
    assertClose(gru.forward(kernels), plainGru.forward(definition));
    assertClose(gru.h, plainGru.h);
    assertClose(gru.backward(kernels), plainGru.backward(definition));
    assertClose(gru.hn, plainGru.hn);
    assertClose(gru.dh, plainGru.dh);
  }

  private static void assertClose(float[] actual, float[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }

  /** The arrays of one step. */
  private abstract static class Step {
    final int hidden;
    final int stride;
    final float[] pre; // (ROWS,G·H): pre-activations
    final float[] active; // (ROWS,G·H): activations
    final float[] gates;
    final float[] previous; // (ROWS,H): the state before
    final float[] h;
    final float[] dhBefore;
    final float[] dh;

    Step(int hidden, int gateCount) {
      this.hidden = hidden;
      stride = GemmBenchmark.gateStride(gateCount * hidden);
      pre = values(1, ROWS * stride);
      active = new float[ROWS * stride];
      gates = new float[ROWS * stride];
      previous = values(2, ROWS * hidden);
      h = new float[ROWS * hidden];
      dhBefore = values(3, ROWS * hidden);
      dh = dhBefore.clone();
    }

    final float[] restore(float[] from) {
      System.arraycopy(from, 0, gates, 0, gates.length);
      return gates;
    }

    static float[] values(long seed, int size) {
      SplittableRandom random = new SplittableRandom(seed);
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = (float) (4 * random.nextDouble() - 2);
      }
      return values;
    }
  }

  private static final class Lstm extends Step {
    final float[] c;
    final float[] tanhC;
    final float[] dcBefore;
    final float[] dc;

    Lstm(int hidden) {
      super(hidden, 4);
      c = new float[ROWS * hidden];
      tanhC = new float[ROWS * hidden];
      dcBefore = values(4, ROWS * hidden);
      dc = new float[ROWS * hidden];
      System.arraycopy(forward(new ScalarKernels()), 0, active, 0, active.length);
    }

    float[] forward(Kernels kernels) {
      restore(pre);
      kernels.lstmForward(ROWS, hidden, gates, 0, stride, previous, 0, c, 0, tanhC, 0, h, 0);
      return gates;
    }

    float[] backward(Kernels kernels) {
      restore(active);
      System.arraycopy(dcBefore, 0, dc, 0, dc.length);
      kernels.lstmBackward(ROWS, hidden, gates, 0, stride, previous, 0, tanhC, 0, dh, 0, dc, 0);
      return gates;
    }
  }

  private static final class Gru extends Step {
    final float[] hnBefore;
    final float[] hn;

    Gru(int hidden) {
      super(hidden, 3);
      hnBefore = values(4, ROWS * hidden);
      hn = hnBefore.clone();
      System.arraycopy(forward(new ScalarKernels()), 0, active, 0, active.length);
    }

    float[] forward(Kernels kernels) {
      restore(pre);
      kernels.gruForward(ROWS, hidden, gates, 0, stride, hnBefore, 0, previous, 0, h, 0);
      return gates;
    }

    float[] backward(Kernels kernels) {
      restore(active);
      System.arraycopy(dhBefore, 0, dh, 0, dh.length);
      System.arraycopy(hnBefore, 0, hn, 0, hn.length);
      kernels.gruBackward(ROWS, hidden, gates, 0, stride, hn, 0, previous, 0, dh, 0);
      return gates;
    }
  }
}
