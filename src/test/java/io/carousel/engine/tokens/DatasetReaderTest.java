package io.carousel.engine.tokens;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetReaderTest {

  @Test
  void text_bytes_areDecodedAsTheyAre() throws IOException {
    byte[] bytes = "a\r\nß😀\n".getBytes(UTF_8);
    assertThat(DatasetReader.text(bytes).text()).isEqualTo("a\r\nß😀\n");
    assertThat(DatasetReader.text(new ByteArrayInputStream(bytes)).text()).isEqualTo("a\r\nß😀\n");
    assertThat(DatasetReader.text(new byte[0]).text()).isEmpty();
  }

  @Test
  void text_byteOrderMark_isDroppedAtTheStartOnly() {
    assertThat(DatasetReader.text("\uFEFFa\uFEFFb".getBytes(UTF_8)).text()).isEqualTo("a\uFEFFb");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8190, 8191, 8192, 8193, 20_000})
  void text_malformed_saysAtWhichByte(int offset) {
    byte[] bytes = "a".repeat(offset + 5).getBytes(UTF_8);
    bytes[offset] = (byte) 0xFF;
    MalformedTextException e =
        catchThrowableOfType(MalformedTextException.class, () -> DatasetReader.text(bytes));
    assertThat(e).hasMessage("text: expected UTF-8, found byte 0xFF at offset " + offset);
    assertThat(e.offset()).isEqualTo(offset);
  }

  @Test
  void text_malformedAfterByteOrderMarkAndLongCharacters_countsBytes() {
    byte[] start = "\uFEFFß😀".getBytes(UTF_8); // 3 + 2 + 4 bytes
    byte[] bytes = Arrays.copyOf(start, start.length + 1);
    bytes[start.length] = (byte) 0x80;
    assertThatThrownBy(() -> DatasetReader.text(bytes))
        .hasMessage("text: expected UTF-8, found byte 0x80 at offset 9");
  }

  @Test
  void text_withReplacementCharacters_isAsItIs_andFaultsBehindThemAreFound() {
    byte[] bytes = "a\uFFFDb\uFFFD".getBytes(UTF_8);
    assertThat(DatasetReader.text(bytes).text()).isEqualTo("a\uFFFDb\uFFFD");
    bytes[4] = (byte) 0xFF;
    assertThatThrownBy(() -> DatasetReader.text(bytes))
        .hasMessage("text: expected UTF-8, found byte 0xFF at offset 4");
  }

  @Test
  void text_truncatedOverlongOrSurrogate_isMalformed() {
    byte[][] malformed = {
      {'a', (byte) 0xF0, (byte) 0x9F, (byte) 0x98}, // an emoji without its end
      {'a', (byte) 0xC0, (byte) 0xAF}, // a slash in two bytes
      {'a', (byte) 0xED, (byte) 0xA0, (byte) 0x80}, // U+D800
    };
    for (byte[] bytes : malformed) {
      MalformedTextException e =
          catchThrowableOfType(MalformedTextException.class, () -> DatasetReader.text(bytes));
      assertThat(e.offset()).isEqualTo(1);
    }
  }

  @Test
  void text_utf16_isNamed() {
    byte[] bytes = "\uFEFFabc".getBytes(UTF_16LE);
    assertThatThrownBy(() -> DatasetReader.text(bytes))
        .hasMessage(
            "text: expected UTF-8, found byte 0xFF at offset 0 (the file looks like UTF-16)");
  }

  @Test
  void events_lines_areSequences() throws IOException {
    byte[] bytes = "\uFEFF5 5 22\r\n\n  \nlogin\tview \n22".getBytes(UTF_8);
    List<List<String>> expected =
        List.of(List.of("5", "5", "22"), List.of("login", "view"), List.of("22"));
    assertThat(DatasetReader.events(bytes).sequences()).isEqualTo(expected);
    assertThat(DatasetReader.events(new ByteArrayInputStream(bytes)).sequences())
        .isEqualTo(expected);
    assertThat(DatasetReader.events(new byte[0]).sequences()).isEmpty();
  }

  @Test
  void events_malformed_saysAtWhichByte() {
    assertThatThrownBy(() -> DatasetReader.events(new byte[] {'5', ' ', (byte) 0xFE}))
        .isInstanceOf(MalformedTextException.class)
        .hasMessageContaining("at offset 2");
  }
}
