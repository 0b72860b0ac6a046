package io.carousel.engine.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.cell.ModelWeights;
import io.carousel.engine.gradient.cell.TokenBatch;
import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.gradient.report.Invariant;
import io.carousel.engine.gradient.sequence.LossSourceSweep;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.Parameters;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
 * What a report on 8 sequences of T = H = 128 takes on all cores, in milliseconds: the exact lag
 * matrix with the forward passes it needs, a report without the parts that take passes of their
 * own, and all parts.
 *
 * <p>Run with {@code ./mvnw -q -Pbenchmark test-compile exec:exec
 * -Dbenchmark.main=org.openjdk.jmh.Main -Dbenchmark.arguments=ReportBenchmark}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ReportBenchmark {
  private static final int STEPS = 128;
  private static final int HIDDEN = 128;
  private static final int SEQUENCES = 8;
  private static final int VOCABULARY = 65;

  @Param({"LSTM", "GRU", "RNN"})
  public CellType cell = CellType.LSTM;

  private Parameters parameters;
  private DiagnosticsRequest request;

  @Setup
  public void open() {
    parameters =
        Parameters.initialize(
            Nets.architecture(cell, Nonlinearity.TANH, 1, HIDDEN, HIDDEN), VOCABULARY, 1);
    request =
        Nets.request(
            Nets.tokens(STEPS, SEQUENCES, VOCABULARY, 1),
            Nets.tokens(STEPS, SEQUENCES, VOCABULARY, 2));
  }

  @Benchmark
  public List<LossSourceSweep> lagMatrix() {
    ModelWeights model = new ModelWeights(DoubleWeights.of(parameters));
    TokenBatch batch = new TokenBatch(request.inputs(), request.targets(), VOCABULARY);
    return IntStream.range(0, SEQUENCES)
        .parallel()
        .mapToObj(b -> LossSourceSweep.run(model, batch.run(model, b)))
        .toList();
  }

  @Benchmark
  public GradientReport withoutCostlyParts() {
    return GradientDiagnostics.diagnose(parameters, request.withCostly(Set.of()), null);
  }

  @Benchmark
  public GradientReport allParts() {
    return GradientDiagnostics.diagnose(parameters, request, null);
  }

  /** Fast and right. */
  @TearDown
  public void check() {
    GradientReport report = allParts();
    assertThat(report.invariants()).hasSize(3).allMatch(Invariant::holds);
    assertThat(report.lagMatrix().layers().getFirst().mean().getLast().getFirst())
        .isEqualTo(
            withoutCostlyParts().lagMatrix().layers().getFirst().mean().getLast().getFirst());
  }
}
