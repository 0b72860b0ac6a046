package io.carousel.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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
 * Matrix products of the shapes that training has, on one thread. Shapes are m x n x k.
 *
 * <p>Run with {@code ./mvnw -q -Pbenchmark test-compile exec:exec
 * -Dbenchmark.main=org.openjdk.jmh.Main -Dbenchmark.arguments="GemmBenchmark -p backend=VECTOR"}.
 *
 * <p>The score is in products a millisecond; its secondary result {@code gflops}, 2·m·n·k·1e-6 a
 * product, is GFLOP/s.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class GemmBenchmark {

  @Benchmark
  public float[] gemm(Product product, Rate rate) {
    rate.gflops += product.operands.megaflops();
    return product.multiply();
  }

  @Benchmark
  public float[] gemmTransposed(WeightGradient product, Rate rate) {
    rate.gflops += product.operands.megaflops();
    return product.multiply();
  }

  /** Megaflops, which JMH divides by milliseconds. */
  @AuxCounters
  @State(Scope.Thread)
  public static class Rate {
    public double gflops;
  }

  /** A recurrent or input projection: gates (m,n) = states (m,k) · weights (k,n). */
  @State(Scope.Thread)
  public static class Product extends Multiplication {
    @Param({"32x1024x256", "25x2048x512", "10x2600x650", "128x1024x256"})
    public String shape = "";

    @Override
    Operands newOperands() {
      return new Operands(shape, false);
    }

    @Override
    PackedMatrix pack() {
      PackedMatrix target = kernels.packed(operands.k, operands.n);
      kernels.pack(target, operands.k, operands.b, 0, operands.n, false);
      return target;
    }

    float[] multiply() {
      Operands o = operands;
      kernels.gemm(o.m, o.a, 0, o.lda, packed, o.c, 0, o.ldc, false);
      return o.c;
    }
  }

  /** dW (m,n) = the gates' gradients (k,m)ᵀ · states (k,n), k being T·B. */
  @State(Scope.Thread)
  public static class WeightGradient extends Multiplication {
    @Param("1024x256x4096")
    public String shape = "";

    @Override
    Operands newOperands() {
      return new Operands(shape, true);
    }

    @Override
    PackedMatrix pack() {
      PackedMatrix target = kernels.packedForTransposed(operands.k, operands.n);
      kernels.setRows(target, operands.k);
      kernels.packRows(target, 0, operands.k, operands.b, 0, operands.n, false);
      return target;
    }

    float[] multiply() {
      Operands o = operands;
      kernels.gemmTransposed(o.m, o.k, o.a, 0, o.lda, packed, 0, o.c, 0, o.ldc, false, null, 0);
      return o.c;
    }
  }

  /** What both have. */
  @State(Scope.Thread)
  public abstract static class Multiplication {
    @Param({"VECTOR", "SCALAR", "ND4J"})
    public Backend backend = Backend.VECTOR;

    Kernels kernels;
    Operands operands;
    PackedMatrix packed;

    @Setup
    public void open() {
      kernels = Kernels.of(backend);
      operands = newOperands();
      packed = pack();
    }

    abstract Operands newOperands();

    abstract PackedMatrix pack();

    @TearDown
    public void check() {
      operands.check();
    }
  }

  /** From a row of gates to the next, as layers have it. */
  static int gateStride(int gateRows) {
    return gateRows % 64 == 0 ? gateRows + 16 : gateRows;
  }

  /** Random A and B, C, and what C must be. */
  private static final class Operands {
    private static final int PLACES = 1000;

    final int m;
    final int n;
    final int k;
    final boolean transposed;
    final int lda;
    final int ldc;
    final float[] a; // (m,k), or (k,m) where transposed
    final float[] b; // (k,n)
    final float[] c; // (m,n)

    Operands(String shape, boolean transposed) {
      int[] sizes = Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
      m = sizes[0];
      n = sizes[1];
      k = sizes[2];
      this.transposed = transposed;
      lda = transposed ? gateStride(m) : k;
      ldc = transposed ? n : gateStride(n);
      SplittableRandom random = new SplittableRandom(1);
      a = values(random, (transposed ? k : m) * lda);
      b = values(random, k * n);
      c = new float[m * ldc];
    }

    double megaflops() {
      return 2e-6 * m * n * k;
    }

    /** Compares some elements with the definition in float64. */
    void check() {
      SplittableRandom random = new SplittableRandom(2);
      for (int place = 0; place < PLACES; place++) {
        int i = random.nextInt(m);
        int j = random.nextInt(n);
        double sum = 0;
        double size = 0;
        for (int p = 0; p < k; p++) {
          double term = (double) a[transposed ? p * lda + i : i * lda + p] * b[p * n + j];
          sum += term;
          size += Math.abs(term);
        }
        assertThat((double) c[i * ldc + j]).isCloseTo(sum, within(Math.ulp(1f) * k * size));
      }
    }

    private static float[] values(SplittableRandom random, int size) {
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = random.nextFloat() - 0.5f;
      }
      return values;
    }
  }
}
