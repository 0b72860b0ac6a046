package io.carousel.jobs;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carousel.engine.train.TrainingOutcome;
import io.carousel.http.ProblemException;
import io.carousel.jobs.run.RunFixture;
import io.carousel.jobs.state.JobError;
import io.carousel.jobs.state.JobEvent;
import io.carousel.jobs.state.JobSettings;
import io.carousel.jobs.state.JobStatus;
import io.carousel.jobs.state.TrainingJob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpStatus;
import org.springframework.util.unit.DataSize;

class JobLifecycleTest {
  private static final RunFixture.Training FAILING =
      (initial, listener, stop) -> new TrainingOutcome.NonFinite("loss", 1, Double.NaN);

  @TempDir private Path directory;

  private JobsFixture jobs(RunFixture.Training training) {
    return new JobsFixture(directory, JobsFixture.settings(2, 100), training);
  }

  @Test
  void run_real_modelIsThereBeforeTheJobSaysSo() throws InterruptedException {
    try (JobsFixture jobs = new JobsFixture(directory, JobsFixture.settings(2, 100), null)) {
      TrainingJob job = jobs.await(jobs.create().id(), JobStatus.SUCCEEDED);

      String model = JobsFixture.model(job);
      assertThat(model).startsWith("lstm-");
      assertThat(jobs.models.get(model).provenance().trainLoss()).isNotNull();
      assertThat(job.epochs()).hasSize(2);
      assertThat(job.metrics().bestEpoch()).isBetween(1, 2);
      assertThat(job.metrics().bitsPerCharacter())
          .isEqualTo(requireNonNull(job.metrics().validLoss()) / Math.log(2));
      assertThat(job.progress().step()).isEqualTo(job.progress().totalSteps());
      assertThat(job.series().points()).isNotEmpty();
      assertThat(job.series().parameters()).contains("rnn.weight_hh_l0");
      assertThat(job.state().data()).as("data is not kept").isNull();
    }
  }

  @Test
  void run_fromAModel_goesOnWithItsWeights() throws InterruptedException {
    try (JobsFixture jobs = new JobsFixture(directory, JobsFixture.settings(2, 100), null)) {
      TrainingJob first = jobs.await(jobs.create().id(), JobStatus.SUCCEEDED);
      String parent = JobsFixture.model(first);
      String json =
          """
          {"dataset": {"text": "cbacbacbacbacbacba"}, "model": "%s",
           "training": {"epochs": 1, "max_steps": 1, "batch_size": 1, "sequence_length": 4}}
          """;

      String id = jobs.service.create(JobsFixture.request(json.formatted(parent))).id();
      TrainingJob second = jobs.await(id, JobStatus.SUCCEEDED);

      assertThat(second.specification().architecture())
          .isEqualTo(first.specification().architecture());
      var model = jobs.models.get(JobsFixture.model(second));
      assertThat(model.provenance().parentModel()).isEqualTo(parent);
      float[] before = jobs.models.get(parent).parameters().values();
      float[] after = model.parameters().values();
      for (int i = 0; i < before.length; i++) {
        // Adam's first step moves a weight by the learning rate at most.
        assertThat(Math.abs(after[i] - before[i])).isLessThan(0.0021f);
      }
      assertThat(after).isNotEqualTo(before);
    }
  }

  @Test
  void create_fromAModelWithAnotherArchitecture_saysWhereTheyDiffer() throws InterruptedException {
    try (JobsFixture jobs = new JobsFixture(directory, JobsFixture.settings(2, 100), null)) {
      TrainingJob first = jobs.await(jobs.create().id(), JobStatus.SUCCEEDED);
      String json =
          """
          {"dataset": {"text": "cbacbacbacbacbacba"}, "model": "%s",
           "architecture": {"cell": "gru", "layers": 2, "initialization": {"forget_bias": 5}}}
          """
              .formatted(JobsFixture.model(first));
      assertThatThrownBy(() -> jobs.service.create(JobsFixture.request(json)))
          .hasMessageEndingWith(
              "found cell \"gru\" instead of \"lstm\", layers 2 instead of 1, forget_bias 5.0 instead"
                  + " of 0.0");
    }
  }

  @Test
  void create_queueFull_is429AndLeavesNoJob() throws InterruptedException {
    try (JobsFixture jobs = jobs((initial, listener, stop) -> JobsFixture.endless(initial, stop))) {
      jobs.await(jobs.create().id(), JobStatus.RUNNING);
      jobs.create();
      jobs.create();

      assertThatThrownBy(jobs::create)
          .isInstanceOfSatisfying(
              ProblemException.class,
              e -> {
                assertThat(e.status()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS);
                assertThat(e.code()).isEqualTo("queue_full");
              })
          .hasMessageContaining("fewer than 2");
      assertThat(jobs.store.newestFirst()).hasSize(3);
    }
  }

  @Test
  void cancel_queued_freesItsPlace() throws InterruptedException {
    try (JobsFixture jobs = jobs((initial, listener, stop) -> JobsFixture.endless(initial, stop))) {
      jobs.await(jobs.create().id(), JobStatus.RUNNING);
      String waiting = jobs.create().id();
      jobs.create();

      assertThat(jobs.service.cancel(waiting).status()).isEqualTo(JobStatus.CANCELLED);
      assertThat(jobs.create().status()).isEqualTo(JobStatus.QUEUED);
    }
  }

  @Test
  void cancel_runningTwice_givesTheJobAgainAndTheNextOneRuns() throws InterruptedException {
    try (JobsFixture jobs = jobs((initial, listener, stop) -> JobsFixture.endless(initial, stop))) {
      String id = jobs.await(jobs.create().id(), JobStatus.RUNNING).id();
      String next = jobs.create().id();

      TrainingJob once = jobs.service.cancel(id);
      TrainingJob twice = jobs.service.cancel(id);

      assertThat(once.status()).isEqualTo(JobStatus.CANCELLED);
      assertThat(twice).isEqualTo(once);
      jobs.await(next, JobStatus.RUNNING);
    }
  }

  @Test
  void cancel_succeeded_isInvalidState() throws InterruptedException {
    try (JobsFixture jobs = new JobsFixture(directory, JobsFixture.settings(2, 100), null)) {
      String id = jobs.await(jobs.create().id(), JobStatus.SUCCEEDED).id();
      assertThatThrownBy(() -> jobs.service.cancel(id))
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.code()).isEqualTo("invalid_state"))
          .hasMessageContaining("found status succeeded");
    }
  }

  @Test
  void cancel_whileTheModelIsSaved_leavesNoModel() throws InterruptedException {
    CountDownLatch trained = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    try (JobsFixture jobs =
        jobs((initial, listener, stop) -> {
          trained.countDown();
          await(cancelled);
          return new TrainingOutcome.Completed(
              initial, 1, 1, 1.0, null, TrainingOutcome.Reason.EPOCHS);
        })) {
      String id = jobs.create().id();
      await(trained);
      jobs.service.cancel(id);
      cancelled.countDown();
      jobs.queue.stop(); // waits for the run

      assertThat(jobs.service.get(id).status()).isEqualTo(JobStatus.CANCELLED);
      assertThat(jobs.models.list()).isEmpty();
    }
  }

  @Test
  void delete_running_isInvalidState_cancelled_isGone() throws InterruptedException {
    try (JobsFixture jobs = jobs((initial, listener, stop) -> JobsFixture.endless(initial, stop))) {
      String id = jobs.await(jobs.create().id(), JobStatus.RUNNING).id();
      assertThatThrownBy(() -> jobs.service.delete(id)).hasMessageContaining("cancel it first");

      jobs.service.cancel(id);
      jobs.service.delete(id);

      assertThatThrownBy(() -> jobs.service.get(id))
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.status()).isEqualTo(HttpStatus.NOT_FOUND));
    }
  }

  @Test
  void run_exceptionAndOutOfMemory_failTheirJobsAndTheThreadGoesOn() throws InterruptedException {
    AtomicInteger runs = new AtomicInteger();
    try (JobsFixture jobs =
        jobs((initial, listener, stop) -> {
          switch (runs.incrementAndGet()) {
            case 1 -> throw new IllegalStateException("io.carousel.Secret at /root");
            case 2 -> throw new OutOfMemoryError("Java heap space");
            default -> {
              return new TrainingOutcome.NonFinite("gradient of rnn.weight_hh_l0", 7, 12.5);
            }
          }
        })) {
      JobError exception = JobsFixture.error(jobs.await(jobs.create().id(), JobStatus.FAILED));
      JobError memory = JobsFixture.error(jobs.await(jobs.create().id(), JobStatus.FAILED));
      JobError nonFinite = JobsFixture.error(jobs.await(jobs.create().id(), JobStatus.FAILED));

      assertThat(exception.code()).isEqualTo("internal_error");
      assertThat(exception.message()).doesNotContain("Secret", "/root");
      assertThat(memory.code()).isEqualTo("out_of_memory_budget");
      assertThat(nonFinite.code()).isEqualTo("loss_non_finite");
      assertThat(nonFinite.message())
          .contains("the gradient of rnn.weight_hh_l0", "step 7", "12.5");
    }
  }

  @Test
  void messages_inALocaleWithDecimalCommas_haveDecimalPoints() throws InterruptedException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try (JobsFixture jobs = new JobsFixture(directory, JobsFixture.settings(2, 100), null)) {
      TrainingJob job = jobs.await(jobs.create().id(), JobStatus.SUCCEEDED);
      assertThat(job.events())
          .extracting(JobEvent::message)
          .anyMatch(message -> message.matches("Epoch 1 .*train loss \\d\\.\\d{4}, valid.*"))
          .anyMatch(
              message -> message.matches(".*validation loss \\d\\.\\d{4}, top-1 [01]\\.\\d.*"))
          .anyMatch(message -> message.matches(".*steps .*train loss \\d\\.\\d{4}, best.*"))
          .anyMatch(
              message -> message.matches(".*best epoch \\d with validation loss \\d\\.\\d{4}.*"));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void lastNorm_inALocaleWithDecimalCommas_hasADecimalPoint() throws InterruptedException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try (JobsFixture jobs =
        jobs((initial, listener, stop) -> new TrainingOutcome.NonFinite("loss", 7, 12.5))) {
      JobError error = JobsFixture.error(jobs.await(jobs.create().id(), JobStatus.FAILED));
      assertThat(error.message()).contains("the last healthy gradient norm was 12.50");
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "No space left on device,storage_full,The storage is full",
    "Read-only file system,storage_unavailable,The storage cannot be used"
  })
  void run_modelThatCannotBeWritten_saysWhyAndTheNextOneIsKept(
      String reason, String code, String message) throws InterruptedException {
    AtomicInteger runs = new AtomicInteger();
    try (JobsFixture jobs =
        jobs((initial, listener, stop) -> {
          if (runs.incrementAndGet() == 1) { // where the file of a model is written
            throw new UncheckedIOException("model lstm-0: secret", new IOException(reason));
          }
          return new TrainingOutcome.Completed(
              initial, 1, 1, 1.0, null, TrainingOutcome.Reason.EPOCHS);
        })) {
      JobError error = JobsFixture.error(jobs.await(jobs.create().id(), JobStatus.FAILED));
      assertThat(error.code()).isEqualTo(code);
      assertThat(error.message()).contains(message).doesNotContain("secret");

      assertThat(JobsFixture.model(jobs.await(jobs.create().id(), JobStatus.SUCCEEDED)))
          .isNotEmpty();
    }
  }

  @Test
  void stop_runningAndQueued_areInterrupted() throws InterruptedException {
    try (JobsFixture jobs = jobs((initial, listener, stop) -> JobsFixture.endless(initial, stop))) {
      String running = jobs.await(jobs.create().id(), JobStatus.RUNNING).id();
      String queued = jobs.create().id();

      jobs.queue.stop();

      for (String id : new String[] {running, queued}) {
        assertThat(jobs.service.get(id).status()).isEqualTo(JobStatus.FAILED);
        assertThat(JobsFixture.error(jobs.service.get(id)).code()).isEqualTo("interrupted");
      }
      assertThat(jobs.service.get(queued).state().fineTunedModel()).isNull();
      assertThatThrownBy(jobs::create)
          .isInstanceOfSatisfying(
              ProblemException.class,
              e -> assertThat(e.status()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE));
    }
  }

  @Test
  void stop_running_keepsTheWeightsSoFarAndANewJobGoesOn() throws InterruptedException {
    String parent;
    try (JobsFixture jobs = new JobsFixture(directory, JobsFixture.settings(2, 100), null)) {
      // So many steps that it cannot have ended before it is stopped.
      String request =
          JobsFixture.REQUEST
              .replace("\"epochs\": 2", "\"epochs\": 1000")
              .replace("\"text\": \"", "\"text\": \"" + "abc".repeat(1000));
      String id = jobs.service.create(JobsFixture.request(request)).id();
      while (jobs.service.get(id).progress().step() == 0) {
        Thread.onSpinWait();
      }
      jobs.queue.stop();

      TrainingJob job = jobs.service.get(id);
      parent = JobsFixture.model(job);
      assertThat(job.status()).isEqualTo(JobStatus.FAILED);
      assertThat(JobsFixture.error(job).code()).isEqualTo("interrupted");
      assertThat(JobsFixture.error(job).message()).contains("\"model\": \"" + parent + "\"");
      assertThat(jobs.models.get(parent).provenance().steps()).isEqualTo(job.progress().step());
    }
    try (JobsFixture restarted = new JobsFixture(directory, JobsFixture.settings(2, 100), null)) {
      String request =
          JobsFixture.REQUEST.replace(
              "\"architecture\": {\"hidden_size\": 4}", "\"model\": \"" + parent + "\"");
      String id = restarted.service.create(JobsFixture.request(request)).id();
      TrainingJob next = restarted.await(id, JobStatus.SUCCEEDED);
      assertThat(restarted.models.get(JobsFixture.model(next)).provenance().parentModel())
          .isEqualTo(parent);
    }
  }

  @Test
  void stop_runThatDoesNotNotice_isInterruptedWithoutAModel() throws InterruptedException {
    CountDownLatch late = new CountDownLatch(1);
    JobSettings impatient =
        new JobSettings(
            2,
            1,
            100,
            DataSize.ofMegabytes(64),
            16,
            4,
            Duration.ofMillis(20),
            Duration.ofSeconds(5),
            Duration.ofMillis(50));
    try (JobsFixture jobs =
        new JobsFixture(
            directory,
            impatient,
            (initial, listener, stop) -> {
              await(late);
              return new TrainingOutcome.Cancelled(initial, 1);
            })) {
      String id = jobs.await(jobs.create().id(), JobStatus.RUNNING).id();
      jobs.queue.stop();

      assertThat(JobsFixture.error(jobs.service.get(id)).message()).contains("in time");
      late.countDown();
      assertThat(jobs.service.get(id).state().fineTunedModel()).isNull();
    }
  }

  @Test
  void retained_moreThanTheSetting_theOldestEndedAreForgotten() throws InterruptedException {
    try (JobsFixture jobs = new JobsFixture(directory, JobsFixture.settings(4, 2), FAILING)) {
      String first = jobs.await(jobs.create().id(), JobStatus.FAILED).id();
      String second = jobs.await(jobs.create().id(), JobStatus.FAILED).id();
      String third = jobs.await(jobs.create().id(), JobStatus.FAILED).id();
      String fourth = jobs.create().id();

      assertThat(jobs.store.find(first)).isEmpty();
      assertThat(jobs.store.newestFirst())
          .extracting(TrainingJob::id)
          .containsExactly(fourth, third, second);
    }
  }

  @Test
  void retained_moreBytesThanTheSetting_theOldestEndedAreForgotten() throws InterruptedException {
    long one;
    try (JobsFixture jobs = jobs(FAILING)) {
      one = jobs.await(jobs.create().id(), JobStatus.FAILED).bytes();
    }
    try (JobsFixture jobs =
        new JobsFixture(
            directory, JobsFixture.settings(4, 100, DataSize.ofBytes(2 * one + 1)), FAILING)) {
      String first = jobs.await(jobs.create().id(), JobStatus.FAILED).id();
      String second = jobs.await(jobs.create().id(), JobStatus.FAILED).id();
      String third = jobs.await(jobs.create().id(), JobStatus.FAILED).id();
      String fourth = jobs.create().id();

      assertThat(jobs.store.find(first)).isEmpty();
      assertThat(jobs.store.newestFirst())
          .extracting(TrainingJob::id)
          .containsExactly(fourth, third, second);
    }
  }

  @Test
  void retained_oneThatIsBiggerThanTheSetting_isKeptWhileItIsTheNewest()
      throws InterruptedException {
    try (JobsFixture jobs =
        new JobsFixture(directory, JobsFixture.settings(4, 100, DataSize.ofBytes(1)), FAILING)) {
      String first = jobs.await(jobs.create().id(), JobStatus.FAILED).id();
      String second = jobs.await(jobs.create().id(), JobStatus.FAILED).id();
      assertThat(jobs.store.find(first)).isPresent();

      jobs.create();

      assertThat(jobs.store.find(first)).isEmpty();
      assertThat(jobs.store.find(second)).isPresent();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
