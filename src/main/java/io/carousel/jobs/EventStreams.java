package io.carousel.jobs;

import io.carousel.http.ProblemException;
import io.carousel.http.TimeoutSettings;
import io.carousel.jobs.state.JobEvent;
import io.carousel.jobs.state.JobSettings;
import io.carousel.jobs.state.JobStore;
import io.carousel.jobs.state.TrainingJob;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** A job's events as they happen, as server-sent events. */
@Component
final class EventStreams {
  private static final Logger log = LoggerFactory.getLogger(EventStreams.class);
  private static final long NO_TIMEOUT = 0;

  private final JobStore store;
  private final JobSettings settings;
  private final TimeoutSettings timeouts;
  private final Semaphore free;

  /** Where a stream's events go. */
  interface Sink {
    void event(JobEvent event) throws IOException;

    void heartbeat() throws IOException;
  }

  EventStreams(JobStore store, JobSettings settings, TimeoutSettings timeouts) {
    this.store = store;
    this.settings = settings;
    this.timeouts = timeouts;
    this.free = new Semaphore(settings.eventStreams());
  }

  /**
   * Opens a stream that ends when the job has.
   *
   * @param lastEventId the last event that the client has, or null; one that is not known counts as
   *     none
   * @throws ProblemException 429 where too many streams are open
   */
  SseEmitter open(String id, @Nullable String lastEventId) {
    if (!free.tryAcquire()) {
      throw ProblemException.tooMany(
          "too_many_streams",
          "Too many event streams are open: expected fewer than %d (the setting"
                  .formatted(settings.eventStreams())
              + " carousel.jobs.event-streams).");
    }
    SseEmitter emitter = new SseEmitter(NO_TIMEOUT);
    // A virtual thread a stream: it waits, and never computes.
    Thread.ofVirtual()
        .name("events-" + id)
        .start(() -> {
          try {
            follow(id, lastEventId, sink(emitter));
            emitter.complete();
          } catch (IOException | IllegalStateException e) {
            log.debug("The client of the events of {} went away", id);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            emitter.complete();
          } finally {
            free.release();
          }
        });
    return emitter;
  }

  /**
   * Sends every event after the last one known, and returns when there will be no more, or when the
   * stream has been open for long: a client that is still there opens it again where it was.
   */
  void follow(String id, @Nullable String lastEventId, Sink sink)
      throws IOException, InterruptedException {
    int seen = store.find(id).map(job -> position(job.events(), lastEventId)).orElse(0);
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < timeouts.eventStream().toNanos()) {
      Optional<TrainingJob> job = store.await(id, seen, settings.heartbeat());
      if (job.isEmpty()) {
        return;
      }
      List<JobEvent> events = job.get().events();
      if (events.size() == seen && !job.get().status().terminal()) {
        sink.heartbeat();
      }
      for (; seen < events.size(); seen++) {
        sink.event(events.get(seen));
      }
      if (job.get().status().terminal()) {
        return;
      }
    }
  }

  private static int position(List<JobEvent> events, @Nullable String lastEventId) {
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).id().equals(lastEventId)) {
        return i + 1;
      }
    }
    return 0;
  }

  private static Sink sink(SseEmitter emitter) {
    return new Sink() {
      @Override
      public void event(JobEvent event) throws IOException {
        emitter.send(SseEmitter.event().id(event.id()).data(event, MediaType.APPLICATION_JSON));
      }

      @Override
      public void heartbeat() throws IOException {
        emitter.send(SseEmitter.event().comment("heartbeat"));
      }
    };
  }
}
