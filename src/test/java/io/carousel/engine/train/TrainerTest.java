package io.carousel.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.kernel.Backend;
import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.Corpus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainerTest {
  private static final int VOCABULARY = 6;

  /** 0 1 2 3 4 5 0 1 …: every symbol follows from the one before. */
  private static final Corpus CYCLE =
      new Corpus.RunningText(IntStream.range(0, 600).map(i -> i % VOCABULARY).toArray());

  /** Two texts without any order: what is learned from one makes the other worse. */
  private static final Corpus NOISE =
      new Corpus.RunningText(new SplittableRandom(1).ints(400, 0, VOCABULARY).toArray());

  private static final Corpus OTHER_NOISE =
      new Corpus.RunningText(new SplittableRandom(2).ints(400, 0, VOCABULARY).toArray());

  @ParameterizedTest
  @EnumSource(CellType.class)
  void train_predictableText_lossFallsToNothing(CellType cell) {
    Recorder recorder = new Recorder();
    TrainingOutcome outcome =
        train(
            cell, CYCLE, CYCLE, specification(12, new Optimizer.Adam(0.02)), recorder, () -> false);
    assertThat(outcome).isInstanceOf(TrainingOutcome.Completed.class);
    Evaluation evaluation = recorder.epochs.getLast().validation();
    assertThat(evaluation).isNotNull();
    assertThat(evaluation.loss()).isLessThan(0.05);
    assertThat(evaluation.top1()).isEqualTo(1);
    assertThat(evaluation.topK()).isEqualTo(1);
    assertThat(evaluation.predictions()).isEqualTo(596); // 4 lanes of 149 predictions
    assertThat(recorder.steps.getFirst().loss()).isCloseTo(Math.log(VOCABULARY), within(0.2));
  }

  @Test
  void train_everyOptimizer_learns() {
    for (Optimizer optimizer :
        List.of(
            new Optimizer.Sgd(0.5, 0.9),
            new Optimizer.RmsProp(0.01, 0.99, 1e-8),
            new Optimizer.Adam(0.02),
            new Optimizer.AdamW(0.02, 0.9, 0.999, 1e-8, 0.01))) {
      Recorder recorder = new Recorder();
      train(CellType.GRU, CYCLE, null, specification(20, optimizer), recorder, () -> false);
      assertThat(recorder.steps.getLast().loss()).as(optimizer.toString()).isLessThan(0.3);
    }
  }

  @Test
  void train_sameSeed_sameBitsWhateverTheThreads() {
    TrainingSpecification specification = specification(2, new Optimizer.Adam(0.01));
    float[][] weights = new float[2][];
    for (int run = 0; run < 2; run++) {
      try (Workers workers = new Workers(1 + 2 * run, "test")) {
        TrainingOutcome outcome =
            new Trainer(Kernels.of(Backend.VECTOR), workers)
                .train(
                    initial(CellType.LSTM),
                    CYCLE,
                    null,
                    specification,
                    3,
                    new Recorder(),
                    () -> false);
        weights[run] = ((TrainingOutcome.Completed) outcome).parameters().values();
      }
    }
    assertThat(weights[1]).isEqualTo(weights[0]);
  }

  @Test
  void train_validationGetsWorse_bestEpochIsKept() {
    Recorder recorder = new Recorder();
    TrainingOutcome outcome =
        train(
            CellType.LSTM,
            NOISE,
            OTHER_NOISE,
            specification(30, new Optimizer.Adam(0.05)),
            recorder,
            () -> false);
    TrainingOutcome.Completed completed = (TrainingOutcome.Completed) outcome;
    double best =
        recorder.epochs.stream()
            .mapToDouble(epoch -> java.util.Objects.requireNonNull(epoch.validation()).loss())
            .min()
            .orElseThrow();
    assertThat(completed.validation()).isNotNull();
    assertThat(completed.validation().loss()).isEqualTo(best);
    assertThat(completed.bestEpoch()).isLessThan(30);
    // The weights that are kept are really those: measured again they give the same loss.
    Recorder again = new Recorder();
    try (Workers workers = new Workers(1, "test")) {
      new Trainer(Kernels.of(Backend.VECTOR), workers)
          .train(
              completed.parameters(),
              NOISE,
              OTHER_NOISE,
              specification(1, new Optimizer.Sgd(1e-30, 0)),
              1,
              again,
              () -> false);
    }
    assertThat(again.epochs.getFirst().validation()).isNotNull();
    assertThat(again.epochs.getFirst().validation().loss()).isEqualTo(best);
  }

  @Test
  void train_stalled_stopsEarly() {
    TrainingSpecification base = specification(50, new Optimizer.Adam(0.05));
    TrainingSpecification stopping =
        new TrainingSpecification(
            50,
            null,
            null,
            base.batchSize(),
            base.sequenceLength(),
            base.optimizer(),
            base.schedule(),
            base.gradientClipping(),
            new EarlyStopping(2, 0),
            9);
    Recorder recorder = new Recorder();
    TrainingOutcome outcome =
        train(CellType.LSTM, NOISE, OTHER_NOISE, stopping, recorder, () -> false);
    assertThat(((TrainingOutcome.Completed) outcome).reason())
        .isEqualTo(TrainingOutcome.Reason.EARLY_STOPPING);
    assertThat(recorder.epochs.size()).isLessThan(50);
  }

  @Test
  void train_toldToStop_endsBeforeTheNextStep() {
    AtomicInteger polls = new AtomicInteger();
    Recorder recorder = new Recorder();
    TrainingOutcome outcome =
        train(
            CellType.RNN,
            CYCLE,
            null,
            specification(5, new Optimizer.Adam(0.01)),
            recorder,
            () -> polls.incrementAndGet() > 3);
    assertThat(outcome).isInstanceOf(TrainingOutcome.Cancelled.class);
    assertThat(recorder.steps).hasSize(3);
  }

  @Test
  void train_absurdLearningRate_endsAsNonFinite() {
    for (CellType cell : CellType.values()) {
      for (Optimizer optimizer : List.of(new Optimizer.Adam(1e6), new Optimizer.Sgd(1e30, 0))) {
        TrainingOutcome outcome =
            train(cell, CYCLE, null, specification(5, optimizer), new Recorder(), () -> false);
        assertThat(outcome).isInstanceOf(TrainingOutcome.NonFinite.class);
        assertThat(((TrainingOutcome.NonFinite) outcome).lastHealthyNorm()).isPositive();
      }
    }
  }

  @Test
  void train_lossBeyondAllBounds_isToldWithADecimalPointInAnyLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      TrainingOutcome outcome =
          train(
              CellType.LSTM,
              CYCLE,
              null,
              specification(5, new Optimizer.Adam(1e6)),
              new Recorder(),
              () -> false);
      assertThat(((TrainingOutcome.NonFinite) outcome).what())
          .matches("training loss \\(\\d\\.\\d{3}e\\+\\d\\d nats\\)");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void onStep_detailWanted_carriesNormsAndUpdateRatios() {
    Recorder recorder = new Recorder();
    recorder.detailEvery = 2;
    train(
        CellType.GRU,
        CYCLE,
        null,
        specification(1, new Optimizer.Adam(0.01)),
        recorder,
        () -> false);
    assertThat(recorder.steps.get(0).detail()).isNull();
    List<StepReport.ParameterReport> detail = recorder.steps.get(1).detail();
    assertThat(detail).isNotNull();
    double squares = detail.stream().mapToDouble(each -> Math.pow(each.gradientNorm(), 2)).sum();
    assertThat(Math.sqrt(squares)).isCloseTo(recorder.steps.get(1).gradientNorm(), within(1e-9));
    assertThat(detail.getFirst().updateRatioLog10()).isBetween(-5.0, 0.0);
  }

  @Test
  void train_weights_areShownAtTheStartAfterEachStepAndAtTheEnd() {
    List<Long> steps = new ArrayList<>();
    List<float[]> weights = new ArrayList<>();
    List<String> ends = new ArrayList<>();
    TrainingListener watcher =
        new TrainingListener() {
          @Override
          public void onWeights(long step, Parameters parameters) {
            steps.add(step);
            weights.add(parameters.values().clone());
          }

          @Override
          public void onEnd(long step, Parameters parameters) {
            ends.add(step + " " + java.util.Arrays.equals(parameters.values(), weights.getLast()));
          }
        };
    Recorder recorder = new Recorder();
    TrainingOutcome outcome =
        train(
            CellType.LSTM,
            CYCLE,
            null,
            specification(1, new Optimizer.Adam(0.01)),
            recorder.and(watcher),
            () -> false);

    int done = recorder.steps.size();
    assertThat(steps)
        .containsExactlyElementsOf(IntStream.rangeClosed(0, done).mapToObj(i -> (long) i).toList());
    assertThat(weights.getFirst()).isEqualTo(initial(CellType.LSTM).values());
    assertThat(weights.get(1)).isNotEqualTo(weights.getFirst());
    assertThat(weights.getLast())
        .isEqualTo(((TrainingOutcome.Completed) outcome).parameters().values());
    assertThat(ends).containsExactly(done + " true");
  }

  @Test
  void train_toldToStop_hasNoEnd() {
    TrainingListener watcher =
        new TrainingListener() {
          @Override
          public void onEnd(long step, Parameters parameters) {
            throw new AssertionError("step " + step);
          }
        };
    TrainingOutcome outcome =
        train(
            CellType.RNN,
            CYCLE,
            null,
            specification(1, new Optimizer.Adam(0.01)),
            watcher,
            () -> true);
    assertThat(outcome).isInstanceOf(TrainingOutcome.Cancelled.class);
  }

  // ---------------------------------------------------------------- support

  private static TrainingOutcome train(
      CellType cell,
      Corpus training,
      @Nullable Corpus validation,
      TrainingSpecification specification,
      TrainingListener listener,
      BooleanSupplier stop) {
    try (Workers workers = new Workers(2, "test")) {
      return new Trainer(Kernels.of(Backend.VECTOR), workers)
          .train(initial(cell), training, validation, specification, 1, listener, stop);
    }
  }

  private static Parameters initial(CellType cell) {
    Architecture a =
        new Architecture(cell, 1, 16, 8, 0, false, Nonlinearity.TANH, Initialization.DEFAULT);
    return Parameters.initialize(a, VOCABULARY, 1);
  }

  private static TrainingSpecification specification(int epochs, Optimizer optimizer) {
    return new TrainingSpecification(
        epochs, null, null, 4, 16, optimizer, Schedule.DEFAULT, GradientClipping.DEFAULT, null, 3);
  }

  private static final class Recorder implements TrainingListener {
    final List<StepReport> steps = new ArrayList<>();
    final List<EpochReport> epochs = new ArrayList<>();
    long detailEvery = Long.MAX_VALUE;

    @Override
    public boolean wantsDetail(long step) {
      return step % detailEvery == 0;
    }

    @Override
    public void onStep(StepReport report) {
      steps.add(report);
    }

    @Override
    public void onEpoch(EpochReport report) {
      epochs.add(report);
    }
  }
}
