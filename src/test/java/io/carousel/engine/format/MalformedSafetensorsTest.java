package io.carousel.engine.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that break the format's rules, one by one; the well-formed neighbour of each opens. */
class MalformedSafetensorsTest {
  private static final HeaderCodec CODEC = new JacksonHeaderCodec();

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void chooseFile() {
    file = directory.resolve("model.safetensors");
  }

  private void write(String json, int dataBytes) throws IOException {
    write(json.getBytes(UTF_8).length, json.getBytes(UTF_8), dataBytes);
  }

  private void write(long length, byte[] json, int dataBytes) throws IOException {
    ByteBuffer all =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, all.putLong(length).put(json).array());
  }

  private void open() throws IOException {
    Safetensors.open(file, CODEC).close();
  }

  private AbstractThrowableAssert<?, ?> assertRefused() {
    return assertThatThrownBy(this::open).isInstanceOf(MalformedSafetensorsException.class);
  }

  private static String tensor(String name, String dtype, String shape, String offsets) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
        .formatted(name, dtype, shape, offsets);
  }

  private static String twoTensors(String offsetsOfA, String offsetsOfB) {
    return "{%s,%s}"
        .formatted(tensor("a", "F32", "[2]", offsetsOfA), tensor("b", "F32", "[2]", offsetsOfB));
  }

  @Test
  void open_wellFormed_isAccepted() throws IOException {
    write(
        "{%s,%s,%s}   "
            .formatted(
                tensor("b", "BF16", "[2,3]", "[4,16]"),
                tensor("a", "F32", "[]", "[0,4]"),
                tensor("none", "I64", "[3,0]", "[4,4]")),
        16);
    try (SafetensorsFile opened = Safetensors.open(file, CODEC)) {
      assertThat(opened.metadata()).isEmpty();
      assertThat(opened.tensors())
          .containsEntry("b", new TensorInfo("b", "BF16", List.of(2L, 3L), 4, 16))
          .containsEntry("a", new TensorInfo("a", "F32", List.of(), 0, 4))
          .hasSize(3);
    }
    write("{}", 0);
    open();
  }

  @Test
  void open_noLength_isRefused() throws IOException {
    Files.write(file, new byte[7]);
    assertRefused().hasMessage("expected at least 8 bytes, the length of the header, found 7");
  }

  @Test
  void open_headerLongerThanTheFile_isRefused() throws IOException {
    write(3, "{}".getBytes(UTF_8), 0);
    assertRefused().hasMessage("expected a header of 3 bytes, found 2 before the end of the file");
  }

  @ParameterizedTest
  @CsvSource({
    "100000001, 100000001",
    "9223372036854775807, 9223372036854775807",
    "-1, 18446744073709551615",
  })
  void open_headerOverTheLimit_isRefused(long length, String shown) throws IOException {
    write(length, "{}".getBytes(UTF_8), 0);
    assertRefused()
        .hasMessage("expected a header of at most 100000000 bytes, found a length of " + shown);
  }

  @Test
  void open_headerOverTheCallersLimit_isRefusedUnread() throws IOException {
    write("{}      ", 0);
    Safetensors.open(file, CODEC, 8).close();
    assertThatThrownBy(() -> Safetensors.open(file, CODEC, 7))
        .isInstanceOf(HeaderTooLongException.class)
        .hasMessage("expected a header of at most 7 bytes, found a length of 8");
    write(100_000_001, "{}".getBytes(UTF_8), 0);
    assertThatThrownBy(() -> Safetensors.open(file, CODEC, Long.MAX_VALUE))
        .hasMessageStartingWith("expected a header of at most 100000000 bytes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "embedding; [2,1]; [2,1]; embedding.weight: expected a tensor of shape [vocabulary_size,"
            + " embedding_size], found none, but embedding, rnn.weight_hh_l0",
        "embedding.weight; [2]; [2,1]; embedding.weight: expected shape [vocabulary_size,"
            + " embedding_size], found [2]",
        "embedding.weight; [2,1]; [2]; rnn.weight_hh_l0: expected shape [gates x hidden_size,"
            + " hidden_size], found [2]",
        "embedding.weight; [2,1]; [1,2]; rnn.weight_hh_l0: expected shape [2, 2] of an RNN, [6, 2]"
            + " of a GRU or [8, 2] of an LSTM, found [1, 2]",
        "embedding.weight; [2,0,4294967296]; [2,1]; embedding.weight: expected shape"
            + " [vocabulary_size, embedding_size], found [2, 0, 4294967296]",
        "embedding.weight; [4294967296,0]; [2,1]; embedding.weight: expected shape"
            + " [vocabulary_size, embedding_size], found [4294967296, 0]",
      })
  void modelShape_ofNoModel_saysWhatIsMissing(
      String embedding, String embeddingShape, String recurrentShape, String message)
      throws IOException {
    int bytes = embeddingShape.contains("0") ? 0 : 8;
    write(
        "{%s,%s}"
            .formatted(
                tensor(embedding, "F32", embeddingShape, "[0,%d]".formatted(bytes)),
                tensor(
                    "rnn.weight_hh_l0",
                    "F32",
                    recurrentShape,
                    "[%d,%d]".formatted(bytes, bytes + 8))),
        bytes + 8);
    try (SafetensorsFile opened = Safetensors.open(file, CODEC)) {
      assertThatThrownBy(() -> ModelShape.of(opened, false))
          .isInstanceOf(TensorMismatchException.class)
          .hasMessage(message);
    }
  }

  @Test
  void open_headerNotUtf8_isRefused() throws IOException {
    byte[] json = "{\"__metadata__\":{\"a\":\"?\"}}".getBytes(UTF_8);
    write(json.length, json, 0);
    open();
    json["{\"__metadata__\":{\"a\":\"".length()] = (byte) 0xFF;
    write(json.length, json, 0);
    assertRefused().hasMessage("header: expected UTF-8");
  }

  @Test
  void open_headerNoJsonObject_isRefused() throws IOException {
    for (String json : List.of("", "[]", " {}", "PK\u0003\u0004")) {
      write(json, 0);
      assertRefused().hasMessage("header: expected a JSON object at its first byte");
    }
    for (String json : List.of("{", "{\"a\":}", "{} {}", "{}x", "{\0}")) {
      write(json, 0);
      assertRefused().hasMessageStartingWith("header: ");
    }
    write("{\"a\":".repeat(100_000), 0);
    assertRefused().hasMessageStartingWith("header: ").hasMessageContaining("nesting depth");
  }

  @Test
  void open_duplicateKeys_areRefused() throws IOException {
    String a = tensor("a", "F32", "[2]", "[0,8]");
    write("{%s,%s}".formatted(a, a), 8);
    assertRefused().hasMessageStartingWith("header: ").hasMessageContaining("uplicate");
    write("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"},%s}".formatted(a), 8);
    assertRefused().hasMessageContaining("uplicate");
    write("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"shape\":[2],\"data_offsets\":[0,8]}}", 8);
    assertRefused().hasMessageContaining("uplicate");
  }

  @Test
  void open_metadataNotStrings_isRefused() throws IOException {
    write("{\"__metadata__\":{\"steps\":12}}", 0);
    assertRefused().hasMessage("__metadata__: expected a string as steps");
    write("{\"__metadata__\":{\"steps\":null}}", 0);
    assertRefused().hasMessage("__metadata__: expected a string as steps");
    write("{\"__metadata__\":\"pt\"}", 0);
    assertRefused().hasMessage("__metadata__: expected a JSON object");
  }

  @Test
  void open_tensorWithoutItsFields_isRefused() throws IOException {
    write("{\"a\":null}", 0);
    assertRefused().hasMessage("a: expected a JSON object");
    write("{\"a\":{\"shape\":[],\"data_offsets\":[0,4]}}", 4);
    assertRefused().hasMessage("a: expected a string as dtype");
    write("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4);
    assertRefused().hasMessage("a: expected a list of integers as shape");
    write("{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}", 4);
    assertRefused().hasMessage("a: expected a list of integers as data_offsets");
    write("{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4],\"strides\":[]}}", 4);
    assertRefused().hasMessage("a: expected dtype, shape and data_offsets, found strides");
    write("{" + tensor("a", "F32", "[]", "[0,4,8]") + "}", 4);
    assertRefused().hasMessage("a: expected 2 data_offsets, found 3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[2.0]; 2.0",
        "['2']; 2",
        "[null]; null",
        "[true]; true",
        "[[2]]; [2]",
        "[9223372036854775808]; 9223372036854775808",
      })
  void open_shapeNotIntegers_isRefused(String shape, String shown) throws IOException {
    write("{" + tensor("a", "F32", shape.replace('\'', '"'), "[0,8]") + "}", 8);
    assertRefused().hasMessage("a: expected integers of at most 63 bits as shape, found " + shown);
  }

  @Test
  void open_unknownDtype_isRefused() throws IOException {
    write("{" + tensor("a", "F31", "[2]", "[0,8]") + "}", 8);
    assertRefused()
        .hasMessageStartingWith("a: expected one of the dtypes [BF16, BOOL, F16, F32,")
        .hasMessageEndingWith("found F31");
  }

  @Test
  void open_negativeDimension_isRefused() throws IOException {
    write("{" + tensor("a", "F32", "[-2,-1]", "[0,8]") + "}", 8);
    assertRefused().hasMessage("a: expected no negative dimension, found shape [-2, -1]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[4611686018427387904]", // times 4 bytes is 2^64, which wraps to 0
        "[4294967296, 4294967296]",
        "[2305843009213693952]", // 2^63, which wraps to a negative number
        "[3037000500, 3037000500]",
      })
  void open_sizeOverflows_isRefused(String shape) throws IOException {
    write("{" + tensor("a", "F32", shape, "[0,0]") + "}", 0);
    assertRefused().hasMessage("a: expected fewer than 2^63 bytes, found shape " + shape);
  }

  @Test
  void open_sizeNotThatOfTheShape_isRefused() throws IOException {
    write("{" + tensor("a", "F16", "[2,3]", "[0,24]") + "}", 24);
    assertRefused()
        .hasMessage(
            "a: expected 12 bytes for F16 of shape [2, 3], found 24 (data_offsets [0, 24])");
  }

  @ParameterizedTest
  @CsvSource({"8, 0", "-8, 0", "-9223372036854775808, 9223372036854775807"})
  void open_offsetsNotAscending_areRefused(long begin, long end) throws IOException {
    write("{" + tensor("a", "F32", "[2]", "[%d,%d]".formatted(begin, end)) + "}", 8);
    assertRefused()
        .hasMessage(
            "a: expected data_offsets in ascending order from 0, found [%d, %d]"
                .formatted(begin, end));
  }

  @Test
  void open_offsetsBeyondTheFile_areRefused() throws IOException {
    write(twoTensors("[0,8]", "[8,16]"), 15);
    assertRefused()
        .hasMessage("b: expected data_offsets up to 15, the end of the file, found [8, 16]");
    write("{" + tensor("a", "F32", "[2]", "[9223372036854775799,9223372036854775807]") + "}", 8);
    assertRefused().hasMessageContaining("the end of the file");
  }

  @Test
  void open_overlap_isRefused() throws IOException {
    write(twoTensors("[8,16]", "[0,8]"), 16);
    open();
    write(twoTensors("[4,12]", "[0,8]"), 12);
    assertRefused()
        .hasMessage(
            "a: expected its data to begin at 8, where the tensor before it ends, found 4"
                + " (overlap)");
    write(twoTensors("[0,8]", "[0,8]"), 8);
    assertRefused().hasMessageEndingWith("found 0 (overlap)");
  }

  @Test
  void open_hole_isRefused() throws IOException {
    write(twoTensors("[0,8]", "[12,20]"), 20);
    assertRefused()
        .hasMessage(
            "b: expected its data to begin at 8, where the tensor before it ends, found 12 (hole)");
    write("{" + tensor("a", "F32", "[2]", "[4,12]") + "}", 12);
    assertRefused().hasMessageEndingWith("found 4 (hole)");
    write(twoTensors("[0,8]", "[8,16]"), 17);
    assertRefused().hasMessage("expected 16 bytes of tensors behind the header, found 17");
  }

  @Test
  void open_longNames_messagesAreShort() throws IOException {
    write("{" + tensor("n".repeat(40_000), "F32", "[2]", "[0,4]") + "}", 4);
    assertRefused()
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300).contains("n…: expected 8"));
  }

  @Test
  void open_longShapes_messagesAreShort() throws IOException {
    String ones = "[" + "1,".repeat(40_000);
    for (String shape : List.of(ones + "1]", ones + "-1]", ones + "4611686018427387904]")) {
      write("{" + tensor("a", "F32", shape, "[0,8]") + "}", 8);
      assertRefused().satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300).contains("…"));
    }
  }

  private static final Architecture TINY =
      new Architecture(CellType.RNN, 1, 1, 1, 0, false, Nonlinearity.TANH, Initialization.DEFAULT);

  /** The tiny model for a vocabulary of one, its tensors one element each, one of another type. */
  private void writeTiny(String dtypeOfRecurrentWeight) throws IOException {
    write(
        "{%s,%s,%s,%s,%s,%s,%s}"
            .formatted(
                tensor("embedding.weight", "F32", "[1,1]", "[0,4]"),
                tensor("rnn.weight_ih_l0", "F32", "[1,1]", "[4,8]"),
                tensor("rnn.bias_ih_l0", "F32", "[1]", "[8,12]"),
                tensor("rnn.bias_hh_l0", "F32", "[1]", "[12,16]"),
                tensor("decoder.weight", "F32", "[1,1]", "[16,20]"),
                tensor("decoder.bias", "F32", "[1]", "[20,24]"),
                tensor("rnn.weight_hh_l0", dtypeOfRecurrentWeight, "[1,1]", "[24,28]")),
        28);
  }

  @ParameterizedTest
  @CsvSource({"I32", "U32"})
  void readParameters_otherDtype_isRefused(String dtype) throws IOException {
    writeTiny(dtype);
    try (SafetensorsFile opened = Safetensors.open(file, CODEC)) {
      assertThatThrownBy(() -> Safetensors.readParameters(opened, TINY, 1))
          .isInstanceOf(MalformedSafetensorsException.class)
          .hasMessage("rnn.weight_hh_l0: expected dtype F32, F64, F16 or BF16, found " + dtype);
    }
  }

  @Test
  void readParameters_fileCutAfterOpening_isRefused() throws IOException {
    writeTiny("F32");
    try (SafetensorsFile opened = Safetensors.open(file, CODEC)) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(channel.size() - 2);
      }
      assertThatThrownBy(() -> Safetensors.readParameters(opened, TINY, 1))
          .isInstanceOf(MalformedSafetensorsException.class)
          .hasMessage("the file became shorter while it was read: expected 2 more bytes");
    }
  }
}
