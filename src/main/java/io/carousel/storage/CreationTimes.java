package io.carousel.storage;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Times of creation in whole microseconds, each later than the one before, also within one tick of
 * the clock: things that are sorted by them are in the order of their creation.
 */
public final class CreationTimes {
  private static final Duration TICK = Duration.of(1, ChronoUnit.MICROS);

  private final Clock clock;
  private final AtomicReference<Instant> last = new AtomicReference<>(Instant.EPOCH);

  public CreationTimes(Clock clock) {
    this.clock = clock;
  }

  public Instant next() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return last.updateAndGet(before -> now.isAfter(before) ? now : before.plus(TICK));
  }
}
