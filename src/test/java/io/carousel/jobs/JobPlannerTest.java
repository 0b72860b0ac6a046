package io.carousel.jobs;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carousel.TestStorage;
import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.synthetic.SyntheticSpecification;
import io.carousel.engine.tokens.TokenizerType;
import io.carousel.engine.train.EarlyStopping;
import io.carousel.engine.train.GradientClipping;
import io.carousel.engine.train.Optimizer;
import io.carousel.engine.train.Schedule;
import io.carousel.engine.train.TrainingSpecification;
import io.carousel.files.SyntheticLimits;
import io.carousel.http.ProblemException;
import io.carousel.jobs.diagnostics.DiagnosticsSpecification;
import io.carousel.jobs.run.CorpusLoader;
import io.carousel.jobs.state.JobSpecification;
import io.carousel.models.ArchitectureLimits;
import io.carousel.reports.ReportsFixture;
import io.carousel.reports.TrainingReports;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class JobPlannerTest {
  /** Long enough for a window of 64 beside its tenth for validation. */
  private static final String TEXT = "\"dataset\": {\"text\": \"" + "abc ".repeat(40) + "\"}";

  @TempDir private Path directory;
  private JobsFixture jobs;

  @BeforeEach
  void open() {
    jobs = new JobsFixture(directory, JobsFixture.settings(2, 2), null);
  }

  @AfterEach
  void close() {
    jobs.close();
  }

  private JobSpecification plan(String fields) {
    String json = "{" + TEXT + (fields.isEmpty() ? "" : ", " + fields) + "}";
    return jobs.planner.plan(JobsFixture.request(json.replace('\'', '"'))).specification();
  }

  private JobSpecification planExactly(String json) {
    return jobs.planner.plan(JobsFixture.request(json.replace('\'', '"'))).specification();
  }

  @Test
  void plan_onlyData_isTheEnginesDefaults() {
    JobSpecification s = plan("");
    assertThat(s.architecture()).isEqualTo(Architecture.DEFAULT);
    assertThat(s.training()).isEqualTo(TrainingSpecification.DEFAULT);
    assertThat(s.tokenizer().type()).isEqualTo(TokenizerType.CHAR);
    assertThat(s.vocabularySize()).isEqualTo(4);
    assertThat(s.model()).isEqualTo("lstm");
    assertThat(s.seed()).isEqualTo(1);
  }

  /** What the client has not asked for cannot be too much. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'dataset': {'text': '%s'}",
        "'dataset': {'synthetic': 'markov'}, 'model': 'mlp'",
        "'dataset': {'synthetic': 'temporal-order'}",
        "'dataset': {'synthetic': 'copy'}",
        "'dataset': {'synthetic': 'agreement'}"
      })
  void plan_limitsBelowTheDefaults_areTheDefaults(String dataset) {
    JobPlanner planner =
        new JobPlanner(
            jobs.models,
            new CorpusLoader(TestStorage.files(directory)),
            new TrainingLimits(DataSize.ofMegabytes(64), 16, 32, 2),
            new SyntheticLimits(50, 10, 1, 262_144),
            new ArchitectureLimits(1, 32, 4, 2000, 20_000_000),
            new DiagnosticsPlanner(new ReportsFixture(24, 3).reports, JobsFixture.DIAGNOSTICS));
    JobSpecification s =
        planner
            .plan(
                JobsFixture.request(
                    "{%s, 'diagnostics': {'every_steps': 1}}"
                        .formatted(dataset.formatted("abc".repeat(60)))
                        .replace('\'', '"')))
            .specification();
    assertThat(s.architecture().hiddenSize()).isEqualTo(32);
    assertThat(s.architecture().embeddingSize()).isEqualTo(32);
    assertThat(s.architecture().contextSize()).isEqualTo(4);
    assertThat(s.training().epochs()).isEqualTo(2);
    assertThat(s.training().batchSize()).isEqualTo(16);
    assertThat(s.training().sequenceLength()).isEqualTo(32);
    assertThat(s.diagnostics())
        .extracting(DiagnosticsSpecification::sequenceLength, DiagnosticsSpecification::batchSize)
        .containsExactly(24, 3);
    assertThat(s.synthetic() == null ? 50 : s.synthetic().count()).isEqualTo(50);
  }

  @Test
  void plan_hiddenSizeOnly_embeddingFollowsIt() {
    Architecture a = plan("'model': 'gru', 'architecture': {'hidden_size': 32}").architecture();
    assertThat(a.hiddenSize()).isEqualTo(32);
    assertThat(a.embeddingSize()).isEqualTo(32);
  }

  @Test
  void plan_allOfTraining_isMapped() {
    TrainingSpecification t =
        plan("""
        'training': {'epochs': 3, 'max_steps': 9, 'max_seconds': 1.5, 'batch_size': 2,
          'sequence_length': 8, 'top_k': 2,
          'optimizer': {'type': 'adamw', 'learning_rate': 0.1, 'beta1': 0.8},
          'schedule': {'type': 'cosine', 'warmup_steps': 2, 'final_factor': 0.1},
          'gradient_clipping': {'type': 'value', 'threshold': 0.5},
          'early_stopping': {'patience': 1}}
        """)
            .training();
    assertThat(t)
        .isEqualTo(
            new TrainingSpecification(
                3,
                9,
                1.5,
                2,
                8,
                new Optimizer.AdamW(0.1, 0.8, 0.999, 1e-8, 0.01),
                new Schedule.Cosine(2, 0.1),
                new GradientClipping.Value(0.5),
                new EarlyStopping(1, 0),
                2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'hyperparameters': %s",
        "'method': {'type': 'supervised', 'supervised': {'hyperparameters': %s}}"
      })
  void plan_openAisHyperparameters_areHonoured(String place) {
    String given = "{'n_epochs': 4, 'batch_size': 'auto', 'learning_rate_multiplier': 0.5}";
    TrainingSpecification t = plan(place.formatted(given)).training();
    assertThat(t.epochs()).isEqualTo(4);
    assertThat(t.batchSize()).isEqualTo(TrainingSpecification.DEFAULT.batchSize());
    assertThat(t.optimizer().learningRate()).isEqualTo(0.001);
  }

  @Test
  void plan_eventSequences_areEventsByDefault() {
    JobSpecification s =
        planExactly("{'dataset': {'sequences': [['a', 1], ['b', 1], ['a', 'b']]}}");
    assertThat(s.tokenizer().type()).isEqualTo(TokenizerType.EVENT);
    assertThat(s.vocabularySize()).isEqualTo(3);
  }

  @Test
  void plan_synthetic_completesItAndFitsTheWindow() {
    JobSpecification s =
        planExactly("{'dataset': {'synthetic': 'temporal-order', 'length': 200}, 'seed': 7}");
    assertThat(s.synthetic()).isEqualTo(new SyntheticSpecification.TemporalOrder(200, 10_000, 7));
    assertThat(s.training().sequenceLength()).isEqualTo(200);
    assertThat(s.tokenizer().type()).isEqualTo(TokenizerType.EVENT);
    assertThat(s.vocabularySize()).isEqualTo(10);
    assertThat(plan("").synthetic()).isNull();
    assertThat(
            planExactly("{'dataset': {'synthetic': 'reber', 'seed': 3, 'count': 5}}").synthetic())
        .isEqualTo(new SyntheticSpecification.Reber(5, 3));
  }

  @Test
  void plan_vocabulary_isKeptForTheStart() {
    var data =
        jobs.planner
            .plan(
                JobsFixture.request(
                    "{\"dataset\": {\"sequences\": [[\"b\", \"a\"], [\"a\", \"b\"]]}}"))
            .data();
    assertThat(data.tokenizer().vocabulary().symbols()).containsExactly("a", "b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'architecture': {'layers': 0} | architecture.layers: expected at least 1, found 0",
        "'architecture': {'hidden_size': -3} | architecture.hidden_size: expected at least 1",
        "'architecture': {'initialization': {'recurrent_gain': 1e9}} |"
            + " architecture.initialization.recurrent_gain: expected",
        "'training': {'optimizer': {'learning_rate': 0}} |"
            + " training.optimizer.learning_rate: expected a positive",
        "'training': {'optimizer': {'type': 'sgd', 'beta1': 0.9}} |"
            + " training.optimizer.beta1: expected none with type sgd",
        "'training': {'gradient_clipping': {'threshold': -1}} |"
            + " training.gradient_clipping.threshold: expected",
        "'training': {'schedule': {'type': 'linear', 'final_factor': 2}} |"
            + " training.schedule.final_factor: expected",
        "'training': {'early_stopping': {'patience': 0}} |"
            + " training.early_stopping.patience: expected",
        "'training': {'epochs': 2}, 'hyperparameters': {'n_epochs': 3} |"
            + " training.epochs: expected the same as hyperparameters.n_epochs (3), found 2",
        "'training': {'optimizer': {'learning_rate': 1e30}},"
            + " 'hyperparameters': {'learning_rate_multiplier': 1e9} |"
            + " training.optimizer.learning_rate: expected a positive finite number, found",
        "'architecture': {'cell': 'mlp', 'context_size': 0} |"
            + " architecture.context_size: expected at least 1, found 0",
        "'architecture': {'connections': 'residual'} |"
            + " architecture.connections: expected none where there is one layer",
        "'architecture': {'initialization': {'transform_bias': -101}} |"
            + " architecture.initialization.transform_bias: expected a number from -100 to 100",
        "'tokenizer': {'max_vocabulary': 1} | tokenizer.max_vocabulary: expected at least 2"
      })
  void plan_fieldOutOfRange_isSaidWithItsPath(String fields, String message) {
    assertThatThrownBy(() -> plan(fields))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'architecture': {'cell': 'mlp', 'context_size': 65} | 400 | limit_exceeded |"
            + " architecture.context_size",
        "'architecture': {'layer_norm': true} | 400 | not_supported | architecture.layer_norm",
        "'training': {'checkpoint_every_steps': 5} | 400 | not_supported |"
            + " training.checkpoint_every_steps",
        "'diagnostics': {'every_steps': 0} | 400 | invalid_value | diagnostics.every_steps",
        "'diagnostics': {'required_lag': 0} | 400 | invalid_value | diagnostics.required_lag",
        "'diagnostics': {'batch_size': 0} | 400 | invalid_value | diagnostics.batch_size",
        "'diagnostics': {'batch_size': 65} | 400 | limit_exceeded | diagnostics.batch_size",
        "'diagnostics': {'sequence_length': 257} | 400 | limit_exceeded |"
            + " diagnostics.sequence_length",
        "'diagnostics': {'include': ['nope']} | 400 | invalid_value | diagnostics.include[0]",
        "'diagnostics': {'stop_on': ['NO_SUCH']} | 400 | invalid_value | diagnostics.stop_on[0]",
        "'diagnostics': {'stop_on': ['NON_FINITE', 'HEALTHY']} | 400 | invalid_value |"
            + " diagnostics.stop_on[1]",
        "'diagnostics': {'stop_on': ['VANISHING_TIME']} | 400 | invalid_value |"
            + " diagnostics.stop_on[0]",
        "'diagnostics': {'every_steps': 9, 'sequence_length': 144} | 422 | corpus_too_short |"
            + " diagnostics.sequence_length",
        "'diagnostics': {'every_steps': 9}, 'architecture': {'layers': 2, 'hidden_size': 300} |"
            + " 422 | out_of_memory_budget | diagnostics.sequence_length",
        "'integrations': [] | 400 | not_supported | integrations",
        "'method': {'type': 'dpo'} | 400 | not_supported | method.type",
        "'training_file': 'file-1' | 400 | invalid_value | training_file",
        "'validation_split': 1 | 400 | invalid_value | validation_split",
        "'model': 'gru', 'architecture': {'cell': 'rnn'} | 400 | invalid_value | architecture.cell",
        "'model': 'no-such-model' | 404 | not_found | model",
        "'validation_file': 'file-none' | 404 | not_found | validation_file",
        "'suffix': 'Not This' | 400 | invalid_value | suffix",
        "'hyperparameters': {'n_epochs': 'many'} | 400 | invalid_value | hyperparameters.n_epochs",
        "'hyperparameters': {'n_epochs': -1} | 400 | invalid_value | hyperparameters.n_epochs",
        "'hyperparameters': {'batch_size': 0} | 400 | invalid_value | hyperparameters.batch_size",
        "'architecture': {'layers': 9} | 400 | limit_exceeded | architecture.layers",
        "'architecture': {'hidden_size': 2000000000} | 400 | limit_exceeded |"
            + " architecture.hidden_size",
        "'training': {'batch_size': 1025} | 400 | limit_exceeded | training.batch_size",
        "'training': {'sequence_length': 513} | 400 | limit_exceeded | training.sequence_length",
        "'training': {'epochs': 1001} | 400 | limit_exceeded | training.epochs",
        "'training': {'sequence_length': 144} | 422 | corpus_too_short | dataset",
        "'architecture': {'layers': 8, 'hidden_size': 512} | 422 | out_of_memory_budget |"
            + " architecture",
        "'tokenizer': {'max_vocabulary': 3} | 422 | unusable_data | dataset"
      })
  void plan_wrong_isAProblem(String fields, int status, String code, String param) {
    assertProblem(() -> plan(fields), status, code, param);
  }

  @Test
  void plan_tooManySymbols_namesTheSetting() {
    String events = IntStream.range(0, 2001).mapToObj(i -> "'e" + i + "'").collect(joining(","));
    assertThatThrownBy(() -> planExactly("{'dataset': {'sequences': [[%s]]}}".formatted(events)))
        .isInstanceOf(ProblemException.class)
        .hasMessage(
            "vocabulary: expected at most 2000 (the setting carousel.limits.max-vocabulary), found"
                + " 2001");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | 400 | invalid_value | training_file",
        "{'training_file': 'file-none'} | 404 | not_found | training_file",
        "{'dataset': {}} | 400 | invalid_value | dataset",
        "{'dataset': {'text': ''}} | 422 | vocabulary_too_small | dataset",
        "{'dataset': {'text': 'aaaaaaaaaaaaaaaaaaaaaaaa'}} | 422 | vocabulary_too_small | dataset",
        "{'dataset': {'text': 'ab'}} | 422 | corpus_too_short | dataset",
        "{'dataset': {'text': 'abcdefghijklmnop'}} | 422 | corpus_too_short | dataset",
        "{'dataset': {'sequences': [['a'], ['b']]}} | 422 | corpus_too_short | dataset",
        "{'dataset': {'sequences': [['a', true]]}} | 400 | invalid_value | dataset.sequences[0][1]",
        "{'dataset': {'synthetic': 'kopy'}} | 400 | invalid_value | dataset.synthetic",
        "{'dataset': {'synthetic': 'copy', 'text': 'abc'}} | 400 | invalid_value | dataset",
        "{'dataset': {'synthetic': 'copy', 'order': 2}} | 400 | invalid_value | dataset.order",
        "{'dataset': {'text': 'abc', 'lag': 2}} | 400 | invalid_value | dataset.lag",
        "{'dataset': {'synthetic': 'copy', 'lag': 4001}} | 400 | limit_exceeded | dataset.lag",
        "{'dataset': {'synthetic': 'reber', 'count': 100001}} | 400 | limit_exceeded |"
            + " dataset.count",
        "{'dataset': {'synthetic': 'markov', 'order': 9}} | 400 | limit_exceeded | dataset.order",
        "{'dataset': {'synthetic': 'markov', 'length': 4001}} | 400 | limit_exceeded |"
            + " dataset.length",
        "{'dataset': {'synthetic': 'agreement', 'max_attractors': 33}} | 400 | limit_exceeded |"
            + " dataset.max_attractors",
        "{'dataset': {'synthetic': 'copy'}, 'validation_file': 'file-1'} | 400 | invalid_value |"
            + " validation_file"
      })
  void plan_dataUnusable_isAProblem(String json, int status, String code, String param) {
    assertProblem(() -> planExactly(json), status, code, param);
  }

  @Test
  void plan_diagnostics_defaultsFollowTheTraining() {
    assertThat(plan("").diagnostics()).isNull();
    assertThat(plan("'diagnostics': {'every_steps': 7}, 'training': {'sequence_length': 16}"))
        .extracting(JobSpecification::diagnostics)
        .isEqualTo(
            new DiagnosticsSpecification(
                7, List.of(), null, 16, 8, TrainingReports.DEFAULT_INCLUDE));
    // A longer window asks for the lag that training reaches.
    assertThat(
            plan(
                """
                'diagnostics': {'every_steps': 7, 'sequence_length': 40, 'batch_size': 2,
                                'stop_on': ['EXPLODING_TIME'], 'include': ['verdicts']},
                'training': {'sequence_length': 16}
                """))
        .extracting(JobSpecification::diagnostics)
        .isEqualTo(
            new DiagnosticsSpecification(
                7, List.of(Verdict.Code.EXPLODING_TIME), 16, 40, 2, List.of("verdicts")));
  }

  @Test
  void plan_stopOnUnknown_saysWhatThereIs() {
    assertThatThrownBy(() -> plan("'diagnostics': {'every_steps': 1, 'stop_on': ['Boom']}"))
        .hasMessageContaining("VANISHING_TIME, EXPLODING_TIME, NON_FINITE")
        .hasMessageContaining("LEARNING_RATE_LOW")
        .hasMessageEndingWith("found \"Boom\"")
        .hasMessageNotContaining("HEALTHY");
  }

  @Test
  void plan_memory_diagnosticsCountAndAreNamed() {
    String architecture = "'architecture': {'hidden_size': 144}";
    plan(architecture);
    assertThatThrownBy(
            () -> plan(architecture + ", 'diagnostics': {'every_steps': 9, 'sequence_length': 32}"))
        .hasMessageMatching(
            ".*would need about \\d+ bytes.* [1-9]\\d+ bytes of them for diagnos.*");
  }

  @Test
  void plan_memory_saysBothFigures() {
    assertThatThrownBy(() -> plan("'architecture': {'layers': 8, 'hidden_size': 512}"))
        .hasMessageMatching(".*would need about \\d+ bytes.*at most 67108864.*");
  }

  private static void assertProblem(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call,
      int status,
      String code,
      String param) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.status().value()).as(e.getMessage()).isEqualTo(status);
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.param()).isEqualTo(param);
            });
  }
}
