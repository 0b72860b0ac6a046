package io.carousel.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JacksonHeaderCodecTest {
  private final JacksonHeaderCodec codec = new JacksonHeaderCodec(ModelFixtures.mapper());

  @Test
  void header_isReadAsItWasWritten() throws IOException {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("z", Map.of("dtype", "F32"));
    header.put("a", List.of(1, 2L * Integer.MAX_VALUE));
    String json = codec.write(header);
    assertThat(json).startsWith("{\"z\":"); // the map's order
    assertThat(codec.parse(json)).isEqualTo(header);
  }

  @Test
  void trailingSpace_isAllowed() throws IOException {
    assertThat(codec.parse("{\"a\":1}   ")).isEqualTo(Map.of("a", 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "1", "{", "{\"a\":1,\"a\":2}", "{} {}", "{\"a\":NaN}"})
  void header_thatIsNoObject_isRefused(String json) {
    assertThatThrownBy(() -> codec.parse(json))
        .isInstanceOf(IOException.class)
        .message()
        .doesNotContain("java.", "tools.jackson", "REDACTED");
  }
}
