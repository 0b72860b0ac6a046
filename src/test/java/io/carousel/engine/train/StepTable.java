package io.carousel.engine.train;

import com.sun.management.ThreadMXBean;
import io.carousel.engine.kernel.Backend;
import io.carousel.engine.kernel.GemmPeak;
import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Prints what a training step costs (forward, back-propagation through time, clip, Adam), shape by
 * shape, beside the machine's own peak of matrix products in the same run.
 *
 * <p>Run with {@code ./mvnw -q -Pbenchmark test-compile exec:exec}; {@code
 * -Dbenchmark.arguments="--shapes 3,4 --seconds 5 --backend nd4j --threads 1"} chooses.
 *
 * <p>GFLOP/s are those of {@link TrainingStep#flops}. With {@code --paced true} it prints {@code
 * ready} after its warm-up, and then a median in milliseconds for each line that it reads.
 */
public final class StepTable {

  private static final double WARM_UP_SECONDS = 5;

  private final TrainingStep step;
  private final Kernels kernels;
  private final Workers workers;

  private StepTable(TrainingStep step, Kernels kernels, Workers workers) {
    this.step = step;
    this.kernels = kernels;
    this.workers = workers;
  }

  public static void main(String[] arguments) throws IOException {
    List<Integer> chosen = IntStream.rangeClosed(1, TrainingStep.SHAPES.size()).boxed().toList();
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
        TrainingStep step = new TrainingStep(TrainingStep.SHAPES.get(number - 1), kernels, workers);
        StepTable table = new StepTable(step, kernels, workers);
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
    step.run();
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
    TrainingStep.Shape shape = step.shape();
    double[] first = new double[20];
    for (int i = 0; i < first.length; i++) {
      first[i] = step();
    }
    steps(WARM_UP_SECONDS);
    long before = allocated();
    double[] times = steps(seconds);
    long bytes = (allocated() - before) / times.length;
    double median = median(times);
    double gflops = step.flops() / median * 1e-6;
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

  private static void printHeader(Kernels kernels, int threads) throws IOException {
    System.out.printf(
        "%s, %d processors; JDK %s; backend %s, %d bits; %d threads%n",
        cpu(),
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

  /** The processor's name where the system tells it, else its architecture. */
  private static String cpu() throws IOException {
    String architecture = System.getProperty("os.arch");
    Path info = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(info)) {
      return architecture;
    }
    try (Stream<String> lines = Files.lines(info)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(architecture);
    }
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
