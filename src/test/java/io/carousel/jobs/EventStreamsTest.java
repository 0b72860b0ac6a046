package io.carousel.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.http.TimeoutSettings;
import io.carousel.jobs.state.JobEvent;
import io.carousel.jobs.state.JobStatus;
import io.carousel.jobs.state.TrainingJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventStreamsTest {
  @TempDir private Path directory;

  /** Keeps what it is sent. */
  private static final class Recorder implements EventStreams.Sink {
    private final List<String> sent = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch heartbeat = new CountDownLatch(1);

    @Override
    public void event(JobEvent event) {
      sent.add(event.id());
    }

    @Override
    public void heartbeat() {
      heartbeat.countDown();
    }
  }

  private static EventStreams streams(JobsFixture jobs, Duration time) {
    return new EventStreams(
        jobs.store,
        jobs.settings,
        new TimeoutSettings(
            Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1), time));
  }

  @Test
  void follow_fromTheBeginning_sendsAllAndEndsWithTheJob() throws Exception {
    try (JobsFixture jobs = new JobsFixture(directory, JobsFixture.settings(2, 9), null)) {
      String id = jobs.create().id();
      Recorder recorder = new Recorder();
      streams(jobs, Duration.ofHours(1)).follow(id, null, recorder);

      TrainingJob job = jobs.service.get(id);
      assertThat(job.status()).isEqualTo(JobStatus.SUCCEEDED);
      assertThat(recorder.sent)
          .containsExactlyElementsOf(job.events().stream().map(JobEvent::id).toList());
    }
  }

  @Test
  void follow_afterAnEvent_resumesBehindIt() throws Exception {
    try (JobsFixture jobs = new JobsFixture(directory, JobsFixture.settings(2, 9), null)) {
      TrainingJob job = jobs.await(jobs.create().id(), JobStatus.SUCCEEDED);
      List<String> ids = job.events().stream().map(JobEvent::id).toList();
      EventStreams streams = streams(jobs, Duration.ofHours(1));

      Recorder middle = new Recorder();
      streams.follow(job.id(), ids.get(2), middle);
      Recorder end = new Recorder();
      streams.follow(job.id(), ids.getLast(), end);
      Recorder unknown = new Recorder();
      streams.follow(job.id(), "event-of-another-job", unknown);

      assertThat(middle.sent).containsExactlyElementsOf(ids.subList(3, ids.size()));
      assertThat(end.sent).isEmpty();
      assertThat(unknown.sent).containsExactlyElementsOf(ids);
    }
  }

  @Test
  void follow_longerThanAStreamMayBe_endsBeforeTheJob() throws Exception {
    try (JobsFixture jobs =
        new JobsFixture(
            directory,
            JobsFixture.settings(2, 9),
            (initial, listener, stop) -> JobsFixture.endless(initial, stop))) {
      String id = jobs.await(jobs.create().id(), JobStatus.RUNNING).id();
      streams(jobs, Duration.ofMillis(1)).follow(id, null, new Recorder());

      assertThat(jobs.service.get(id).status()).isEqualTo(JobStatus.RUNNING);
      jobs.service.cancel(id);
    }
  }

  @Test
  void follow_nothingHappens_sendsHeartbeatsUntilTheJobIsGone() throws Exception {
    try (JobsFixture jobs =
        new JobsFixture(
            directory,
            JobsFixture.settings(2, 9),
            (initial, listener, stop) -> JobsFixture.endless(initial, stop))) {
      String id = jobs.await(jobs.create().id(), JobStatus.RUNNING).id();
      Recorder recorder = new Recorder();
      Thread stream =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  streams(jobs, Duration.ofHours(1)).follow(id, null, recorder);
                } catch (java.io.IOException | InterruptedException e) {
                  throw new AssertionError(e);
                }
              });
      recorder.heartbeat.await();
      jobs.service.cancel(id);
      stream.join();

      assertThat(recorder.sent).hasSameSizeAs(jobs.service.get(id).events());
    }
  }
}
