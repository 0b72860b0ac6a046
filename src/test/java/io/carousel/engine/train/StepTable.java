package io.carousel.engine.train;

import com.sun.management.ThreadMXBean;
import io.carousel.engine.kernel.Backend;
import io.carousel.engine.kernel.GemmPeak;
import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.Carry;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.LanguageModel;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.Parameters;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Prints what a training step costs (forward, back-propagation through time, clip, Adam), shape by
 * shape, beside the machine's own peak of matrix products in the same run.
 *
 * <p>Run with {@code ./mvnw -q -Pbenchmark test-compile exec:exec}; {@code
 * -Dbenchmark.arguments="--shapes 3,4 --seconds 5 --backend nd4j --threads 1"} chooses.
 *
 * <p>GFLOP/s count the products that are really computed: the first layer's input projection only
 * for the distinct tokens of the window.
 */
public final class StepTable {

  /** What is trained: vocabulary V, embedding E, hidden H, layers L, lanes B, steps T. */
  private record Shape(int number, CellType cell, int v, int e, int h, int l, int b, int t) {
    String title() {
      return "%s V%d E%d H%d L%d B%d T%d".formatted(cell, v, e, h, l, b, t);
    }

    /** Floating-point operations of the products of one step. */
    double flops(int distinct) {
      double gateRows = (double) cell.gates() * h;
      double rows = (double) t * b;
      double recurrent = 2 * l * gateRows * h * (3 * rows - b); // nothing flows out of step 0
      double input = 2.0 * (l - 1) * gateRows * h * 3 * rows;
      double table = 2.0 * distinct * e * gateRows * 3;
      return recurrent + input + table + 2.0 * rows * h * v * 3;
    }
  }

  private static final List<Shape> SHAPES =
      List.of(
          new Shape(1, CellType.LSTM, 30, 64, 64, 2, 32, 10),
          new Shape(2, CellType.LSTM, 65, 128, 128, 2, 50, 50),
          new Shape(3, CellType.LSTM, 65, 256, 256, 2, 64, 64),
          new Shape(4, CellType.LSTM, 65, 512, 512, 3, 50, 50),
          new Shape(5, CellType.LSTM, 10_000, 200, 200, 2, 20, 20),
          new Shape(6, CellType.LSTM, 10_000, 650, 650, 2, 20, 35),
          new Shape(7, CellType.RNN, 65, 128, 128, 1, 50, 50),
          new Shape(8, CellType.GRU, 65, 256, 256, 2, 64, 64));

  private static final double WARM_UP_SECONDS = 5;

  private final Shape shape;
  private final Kernels kernels;
  private final Workers workers;
  private final LanguageModel model;
  private final ParameterUpdate update;
  private final Parameters gradient;
  private final Carry carry;
  private final int[] inputs;
  private final int[] targets;
  private long step;

  private StepTable(Shape shape, Kernels kernels, Workers workers) {
    this.shape = shape;
    this.kernels = kernels;
    this.workers = workers;
    Architecture architecture =
        new Architecture(
            shape.cell(),
            shape.l(),
            shape.h(),
            shape.e(),
            0.0,
            false,
            Nonlinearity.TANH,
            Initialization.DEFAULT);
    Parameters parameters = Parameters.initialize(architecture, shape.v(), 1);
    gradient = new Parameters(parameters.layout());
    model = new LanguageModel(kernels, workers, parameters, shape.t(), shape.b(), true);
    update =
        new ParameterUpdate(
            workers, parameters, gradient, Optimizer.DEFAULT, GradientClipping.DEFAULT);
    carry = model.newCarry(shape.b());
    SplittableRandom random = new SplittableRandom(1);
    long places = (long) shape.t() * shape.b();
    inputs = random.ints(places, 0, shape.v()).toArray();
    targets = random.ints(places, 0, shape.v()).toArray();
  }

  public static void main(String[] arguments) throws IOException {
    List<Integer> chosen = IntStream.rangeClosed(1, SHAPES.size()).boxed().toList();
    double seconds = 10;
    Backend backend = Backend.VECTOR;
    int threads = Runtime.getRuntime().availableProcessors();
    boolean paced = false;
    boolean warmUp = false;
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      String value = arguments[i + 1];
      switch (arguments[i]) {
        case "--shapes" -> chosen = Arrays.stream(value.split(",")).map(Integer::valueOf).toList();
        case "--seconds" -> seconds = Double.parseDouble(value);
        case "--backend" -> backend = Backend.valueOf(value.toUpperCase(Locale.ROOT));
        case "--threads" -> threads = Integer.parseInt(value);
        case "--warm-up" -> warmUp = Boolean.parseBoolean(value);
        case "--paced" -> paced = Boolean.parseBoolean(value);
        default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
      }
    }
    Kernels kernels = Kernels.of(backend);
    if (warmUp) {
      try (Workers workers = new Workers(threads, "warm-up")) {
        long start = System.nanoTime();
        WarmUp.run(kernels, workers);
        System.out.printf("warmed up for %.1f s%n", (System.nanoTime() - start) * 1e-9);
      }
    }
    if (!paced) {
      printHeader(kernels, threads);
    }
    for (int number : chosen) {
      try (Workers workers = new Workers(threads, "bench")) {
        StepTable table = new StepTable(SHAPES.get(number - 1), kernels, workers);
        if (paced) {
          table.runPaced(seconds);
        } else {
          table.printRow(seconds);
        }
      }
    }
  }

  /** One training step; its milliseconds. */
  private double step() {
    long start = System.nanoTime();
    model.lossAndGradient(shape.t(), shape.b(), inputs, targets, carry, step++, gradient, null);
    update.apply(update.measure(), 0.002);
    model.weightsChanged();
    return (System.nanoTime() - start) * 1e-6;
  }

  /** Steps for so long, and three at least; their milliseconds. */
  private double[] steps(double seconds) {
    double[] times = new double[16];
    int count = 0;
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (count < 3 || System.nanoTime() < end) {
      times = count < times.length ? times : Arrays.copyOf(times, 2 * count);
      times[count++] = step();
    }
    return Arrays.copyOf(times, count);
  }

  /** Measures once for each line that is read, so that another program can take turns with it. */
  private void runPaced(double seconds) throws IOException {
    steps(WARM_UP_SECONDS);
    System.out.println("ready");
    BufferedReader turns = new BufferedReader(new InputStreamReader(System.in));
    while (turns.readLine() != null) {
      System.out.println(median(steps(seconds)));
    }
  }

  private void printRow(double seconds) {
    double[] first = new double[20];
    for (int i = 0; i < first.length; i++) {
      first[i] = step();
    }
    steps(WARM_UP_SECONDS);
    long before = allocated();
    double[] times = steps(seconds);
    long bytes = (allocated() - before) / times.length;
    double median = median(times);
    double gflops = shape.flops((int) Arrays.stream(inputs).distinct().count()) / median * 1e-6;
    double peak = GemmPeak.gflops(kernels, workers);
    System.out.printf(
        "%d %-36s %9.2f %9.2f %9.0f %9.0f %10.0f %9.1f %6.2f %9d%n",
        shape.number(),
        shape.title(),
        median,
        Arrays.stream(times).min().orElseThrow(),
        first[0],
        Arrays.stream(first).sum(),
        shape.t() * shape.b() / median * 1e3,
        gflops,
        gflops / peak,
        bytes);
  }

  private static void printHeader(Kernels kernels, int threads) {
    System.out.printf(
        "%s, %d processors; JDK %s; backend %s, %d bits; %d threads%n",
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version(),
        kernels.name(),
        kernels.vectorBits(),
        threads);
    System.out.printf(
        "%-38s %9s %9s %9s %9s %10s %9s %6s %9s%n",
        "shape",
        "median ms",
        "min ms",
        "first ms",
        "first 20",
        "tokens/s",
        "GFLOP/s",
        "peak",
        "B/step");
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** Bytes that all threads have allocated so far. */
  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getTotalThreadAllocatedBytes();
  }
}
