package io.carousel.files;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids that sort in the order in which they were drawn, also those of one second: microseconds since
 * 1970, then chance.
 */
final class FileIds {
  private static final String PREFIX = "file-";
  private static final int TIME_DIGITS = 14;

  private final Clock clock;
  private final AtomicLong last = new AtomicLong();

  FileIds(Clock clock) {
    this.clock = clock;
  }

  String next() {
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    long time = last.updateAndGet(previous -> Math.max(previous + 1, now));
    int chance = ThreadLocalRandom.current().nextInt(1 << 24);
    return "%s%014x%06x".formatted(PREFIX, time, chance);
  }

  /** Unix seconds at which an id was drawn. */
  long secondsOf(String id) {
    int from = PREFIX.length();
    return Long.parseLong(id, from, from + TIME_DIGITS, 16) / 1_000_000;
  }
}
