package io.carousel.http.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.http.IdempotencySettings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class IdempotencyStoreTest {
  private final IdempotencyStore store =
      new IdempotencyStore(new IdempotencySettings(Duration.ofHours(1), DataSize.ofKilobytes(10)));

  @Test
  void begin_whileInFlight_isRefused() {
    assertThat(store.begin("k", "a")).isInstanceOf(IdempotencyStore.Begun.class);
    assertThat(store.begin("k", "a")).isInstanceOf(IdempotencyStore.InFlight.class);
    assertThat(store.begin("k", "b")).isInstanceOf(IdempotencyStore.OtherBody.class);
    assertThat(store.begin("other", "a")).isInstanceOf(IdempotencyStore.Begun.class);
  }

  @Test
  void begin_afterFailure_startsAgain() {
    ((IdempotencyStore.Begun) store.begin("k", "a")).release();
    assertThat(store.begin("k", "b")).isInstanceOf(IdempotencyStore.Begun.class);
  }

  @Test
  void begin_afterCompletion_givesTheAnswer() {
    complete("k", "a", 201, 1);
    assertThat(store.begin("k", "a")).isInstanceOf(IdempotencyStore.Answer.class);
    assertThat(store.begin("k", "b")).isInstanceOf(IdempotencyStore.OtherBody.class);
  }

  @Test
  void complete_withServerError_isNotRemembered() {
    complete("k", "a", 503, 1);
    assertThat(store.begin("k", "a")).isInstanceOf(IdempotencyStore.Begun.class);
  }

  @Test
  void complete_withMoreThanThereIsRoomFor_isNotRemembered() {
    complete("k", "a", 201, 20_000);
    assertThat(store.begin("k", "a")).isInstanceOf(IdempotencyStore.Begun.class);
  }

  private void complete(String key, String fingerprint, int status, int bytes) {
    IdempotencyStore.Begun begun = (IdempotencyStore.Begun) store.begin(key, fingerprint);
    begun.complete(
        new IdempotencyStore.Answer(fingerprint, status, Map.of(), null, new byte[bytes]));
    begun.release();
    store.cleanUp();
  }
}
