package io.carousel.engine.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.ParameterLayout;
import io.carousel.engine.nn.Parameters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsTest {
  private static final HeaderCodec CODEC = new JacksonHeaderCodec();
  private static final Architecture TINY = architecture(CellType.RNN, 1, 1, 2);

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void chooseFile() {
    file = directory.resolve("model.safetensors");
  }

  private static Architecture architecture(CellType cell, int layers, int hidden, int embedding) {
    return new Architecture(
        cell, layers, hidden, embedding, 0, false, Nonlinearity.TANH, Initialization.DEFAULT);
  }

  private Parameters read(Architecture architecture, int vocabularySize) throws IOException {
    try (SafetensorsFile opened = Safetensors.open(file, CODEC)) {
      return Safetensors.readParameters(opened, architecture, vocabularySize);
    }
  }

  /** V 2, E 2, H 1: values 0, 0.5, 1, … in layout order. */
  private static Parameters tinyParameters() {
    Parameters parameters = new Parameters(new ParameterLayout(TINY, 2));
    for (int i = 0; i < parameters.values().length; i++) {
      parameters.values()[i] = i / 2f;
    }
    return parameters;
  }

  @Test
  void write_parameters_followTheFormatByteForByte() throws IOException {
    Safetensors.write(file, Map.of("format", "pt"), tinyParameters(), CODEC);
    String json =
        """
        {"__metadata__":{"format":"pt"},\
        "embedding.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},\
        "rnn.weight_ih_l0":{"dtype":"F32","shape":[1,2],"data_offsets":[16,24]},\
        "rnn.weight_hh_l0":{"dtype":"F32","shape":[1,1],"data_offsets":[24,28]},\
        "rnn.bias_ih_l0":{"dtype":"F32","shape":[1],"data_offsets":[28,32]},\
        "rnn.bias_hh_l0":{"dtype":"F32","shape":[1],"data_offsets":[32,36]},\
        "decoder.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[36,44]},\
        "decoder.bias":{"dtype":"F32","shape":[2],"data_offsets":[44,52]}}\
        """;
    int padded = (json.length() + 7) / 8 * 8;
    ByteBuffer expected = ByteBuffer.allocate(8 + padded + 52).order(ByteOrder.LITTLE_ENDIAN);
    expected
        .putLong(padded)
        .put(json.getBytes(UTF_8))
        .put(" ".repeat(padded - json.length()).getBytes(UTF_8));
    for (int i = 0; i < 13; i++) {
      expected.putFloat(i / 2f);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(expected.array());
  }

  @ParameterizedTest
  @EnumSource(CellType.class)
  void readParameters_ofWhatWasWritten_givesTheSameBits(CellType cell) throws IOException {
    Architecture architecture = architecture(cell, 3, 5, 4);
    Parameters parameters = Parameters.initialize(architecture, 7, 1);
    parameters.values()[0] = Float.NaN;
    parameters.values()[1] = -0f;
    parameters.values()[2] = Float.MIN_VALUE;
    parameters.values()[3] = Float.NEGATIVE_INFINITY;
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("vocabulary", "[\"ß\",\"😀\",\"\\n\"]");
    metadata.put("format", "pt");
    Safetensors.write(file, metadata, parameters, CODEC);

    try (SafetensorsFile opened = Safetensors.open(file, CODEC)) {
      assertThat(opened.metadata()).isEqualTo(metadata);
      assertThat(opened.tensors().keySet())
          .containsExactlyElementsOf(
              parameters.layout().entries().stream().map(ParameterLayout.Entry::name).toList());
      Parameters read = Safetensors.readParameters(opened, architecture, 7);
      assertThat(bits(read)).isEqualTo(bits(parameters));
    }
  }

  private static int[] bits(Parameters parameters) {
    float[] values = parameters.values();
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  @Test
  void readParameters_ofMoreThanOneBuffer_givesTheSameBits() throws IOException {
    Architecture architecture = architecture(CellType.GRU, 1, 300, 20);
    Parameters parameters = Parameters.initialize(architecture, 11, 1);
    assertThat(parameters.values().length).isGreaterThan(1 << 18);
    Safetensors.write(file, Map.of(), parameters, CODEC);
    assertThat(bits(read(architecture, 11))).isEqualTo(bits(parameters));
  }

  @Test
  void readParameters_tiedWeights_haveNoDecoderMatrix() throws IOException {
    Architecture tied =
        new Architecture(
            CellType.LSTM, 1, 3, 3, 0, true, Nonlinearity.TANH, Initialization.DEFAULT);
    Parameters parameters = Parameters.initialize(tied, 4, 1);
    Safetensors.write(file, Map.of(), parameters, CODEC);
    assertThat(bits(read(tied, 4))).isEqualTo(bits(parameters));
    assertThatThrownBy(() -> read(architecture(CellType.LSTM, 1, 3, 3), 4))
        .hasMessage("decoder.weight: expected a tensor of shape [4, 3], found none");
  }

  @Test
  void readParameters_float64_isNarrowed() throws IOException {
    double[] values = new double[13];
    Arrays.setAll(values, i -> 1.0 / (i + 3));
    values[5] = Double.NEGATIVE_INFINITY;
    writeDoubles(values);
    float[] read = read(TINY, 2).values();
    for (int i = 0; i < values.length; i++) {
      assertThat(read[i]).isEqualTo((float) values[i]);
    }
  }

  @Test
  void readParameters_float64BeyondFloat32_isRefused() throws IOException {
    double[] values = new double[13];
    values[5] = -1e300;
    writeDoubles(values);
    assertThatThrownBy(() -> read(TINY, 2))
        .isInstanceOf(MalformedSafetensorsException.class)
        .hasMessage(
            "rnn.weight_ih_l0: expected numbers within float32, found -1.0E300 as element 1");
  }

  private void writeDoubles(double[] values) throws IOException {
    writeTiny("F64", Double.BYTES, (data, i) -> data.putDouble(values[i]));
  }

  /** Puts an element of the flat array. */
  private interface Element {
    void put(ByteBuffer data, int index);
  }

  /** The tiny model, its tensors in alphabetical order as other writers have them. */
  private void writeTiny(String dtype, int elementBytes, Element element) throws IOException {
    List<ParameterLayout.Entry> entries =
        tinyParameters().layout().entries().stream()
            .sorted((a, b) -> a.name().compareTo(b.name()))
            .toList();
    Map<String, Object> header = new LinkedHashMap<>();
    ByteBuffer data = ByteBuffer.allocate(elementBytes * 13).order(ByteOrder.LITTLE_ENDIAN);
    for (ParameterLayout.Entry entry : entries) {
      int begin = data.position();
      for (int i = 0; i < entry.size(); i++) {
        element.put(data, entry.offset() + i);
      }
      header.put(
          entry.name(),
          Map.of(
              "dtype", dtype,
              "shape", entry.shape(),
              "data_offsets", List.of(begin, data.position())));
    }
    byte[] json = CODEC.write(header).getBytes(UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(8 + json.length + data.capacity()).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, all.putLong(json.length).put(json).put(data.flip()).array());
  }

  @Test
  void readParameters_float16_isWidenedExactly() throws IOException {
    // Of IEEE 754: 1, -2, the greatest, the least normal, the least at all, infinity, a third.
    short[] halves = {0x3C00, (short) 0xC000, 0x7BFF, 0x0400, 0x0001, 0x7C00, 0x3555};
    float[] expected = {1, -2, 65504, 0x1p-14f, 0x1p-24f, Float.POSITIVE_INFINITY, 0.333251953125f};
    writeTiny("F16", Short.BYTES, (data, i) -> data.putShort(i < 7 ? halves[i] : 0));
    assertThat(Arrays.copyOf(read(TINY, 2).values(), 7)).isEqualTo(expected);
    writeTiny("F16", Short.BYTES, (data, i) -> data.putShort((short) 0x7E00));
    assertThat(read(TINY, 2).values()).containsOnly(Float.NaN);
  }

  @Test
  void readParameters_bfloat16_isWidenedExactly() throws IOException {
    short[] upper = {0x3F80, (short) 0xC000, 0x3EAB, 0x7F7F, (short) 0xFF80};
    float[] expected = {1, -2, 0.333984375f, 0x1.FEp127f, Float.NEGATIVE_INFINITY};
    writeTiny("BF16", Short.BYTES, (data, i) -> data.putShort(i < 5 ? upper[i] : 0));
    assertThat(Arrays.copyOf(read(TINY, 2).values(), 5)).isEqualTo(expected);
  }

  private static final Architecture TIED =
      new Architecture(CellType.RNN, 1, 2, 2, 0, true, Nonlinearity.TANH, Initialization.DEFAULT);

  /** A tied model of V = 3 whose matrix has these names, each with its own numbers. */
  private void writeTied(Map<String, float[]> matrices) throws IOException {
    Architecture untied =
        new Architecture(
            CellType.RNN, 1, 2, 2, 0, false, Nonlinearity.TANH, Initialization.DEFAULT);
    Map<String, Object> header = new LinkedHashMap<>();
    ByteBuffer data = ByteBuffer.allocate(4 * 27).order(ByteOrder.LITTLE_ENDIAN);
    for (ParameterLayout.Entry entry : new ParameterLayout(untied, 3).entries()) {
      float[] values = matrices.getOrDefault(entry.name(), new float[entry.size()]);
      boolean matrix = entry.name().matches("(embedding|decoder).weight");
      if (!matrix || matrices.containsKey(entry.name())) {
        int begin = data.position();
        for (float value : values) {
          data.putFloat(value);
        }
        header.put(
            entry.name(),
            Map.of(
                "dtype", "F32",
                "shape", entry.shape(),
                "data_offsets", List.of(begin, data.position())));
      }
    }
    data.flip();
    byte[] json = CODEC.write(header).getBytes(UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(8 + json.length + data.limit()).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, all.putLong(json.length).put(json).put(data).array());
  }

  @Test
  void readParameters_tiedWeights_areReadFromEitherNameOrFromBothIfTheyAgree() throws IOException {
    float[] shared = {1, 2, 3, 4, 5, 6};
    for (Map<String, float[]> matrices :
        List.of(
            Map.of("embedding.weight", shared),
            Map.of("decoder.weight", shared),
            Map.of("embedding.weight", shared, "decoder.weight", shared))) {
      writeTied(matrices);
      assertThat(read(TIED, 3).copyOf("decoder.weight")).isEqualTo(shared);
    }
    writeTied(Map.of("embedding.weight", shared, "decoder.weight", new float[] {1, 2, 3, 4, 5, 7}));
    assertThatThrownBy(() -> read(TIED, 3))
        .isInstanceOf(TensorMismatchException.class)
        .hasMessage(
            "decoder.weight: expected the numbers of embedding.weight, as the weights are tied,"
                + " found 7.0 instead of 6.0 as element 5");
    writeTied(Map.of());
    assertThatThrownBy(() -> read(TIED, 3))
        .hasMessage("embedding.weight: expected a tensor of shape [3, 2], found none");
  }

  @ParameterizedTest
  @EnumSource(names = {"RNN", "GRU", "LSTM"})
  void modelShape_isThatOfTheParameters(CellType cell) throws IOException {
    Safetensors.write(
        file, Map.of(), Parameters.initialize(architecture(cell, 3, 5, 4), 7, 1), CODEC);
    try (SafetensorsFile opened = Safetensors.open(file, CODEC)) {
      assertThat(ModelShape.of(opened, false)).isEqualTo(new ModelShape(cell, 7, 4, 3, 5));
    }
  }

  @Test
  void readParameters_otherArchitecture_saysWhatDiffers() throws IOException {
    Safetensors.write(
        file, Map.of(), Parameters.initialize(architecture(CellType.LSTM, 2, 3, 4), 5, 1), CODEC);
    assertThatThrownBy(() -> read(architecture(CellType.LSTM, 2, 4, 4), 5))
        .isInstanceOf(MalformedSafetensorsException.class)
        .hasMessage("rnn.weight_ih_l0: expected shape [16, 4], found [12, 4]");
    assertThatThrownBy(() -> read(architecture(CellType.LSTM, 2, 3, 4), 6))
        .hasMessage("embedding.weight: expected shape [6, 4], found [5, 4]");
    assertThatThrownBy(() -> read(architecture(CellType.LSTM, 1, 3, 4), 5))
        .hasMessage("rnn.weight_ih_l1: expected no such tensor in this architecture");
    assertThatThrownBy(() -> read(architecture(CellType.LSTM, 3, 3, 4), 5))
        .hasMessage("rnn.weight_ih_l2: expected a tensor of shape [12, 3], found none");
  }

  @Test
  void readParameters_absurdArchitecture_isRefusedAtOnce() throws IOException {
    Safetensors.write(file, Map.of(), tinyParameters(), CODEC);
    assertThatThrownBy(() -> read(architecture(CellType.LSTM, Integer.MAX_VALUE, 1, 1), 2))
        .isInstanceOf(MalformedSafetensorsException.class)
        .hasMessageStartingWith("expected 4 tensors for each of 2147483647 layers");
    assertThatThrownBy(
            () -> read(architecture(CellType.LSTM, 1, Integer.MAX_VALUE, Integer.MAX_VALUE), 2))
        .isInstanceOf(MalformedSafetensorsException.class)
        .hasMessageStartingWith("expected fewer than 2^31 parameters");
    assertThatThrownBy(() -> read(architecture(CellType.LSTM, 1, 10_000, 10_000), 2))
        .hasMessage("embedding.weight: expected shape [2, 10000], found [2, 2]");
  }

  @Test
  void write_existingFile_isReplaced() throws IOException {
    Files.writeString(file, "something else that is a good deal longer than the model".repeat(50));
    Safetensors.write(file, Map.of(), tinyParameters(), CODEC);
    assertThat(read(TINY, 2).values()).isEqualTo(tinyParameters().values());
    assertThat(filesIn(directory)).containsExactly(file);
  }

  @Test
  void write_codecFails_leavesNothing() throws IOException {
    HeaderCodec failing =
        new HeaderCodec() {
          @Override
          public Map<String, Object> parse(String json) {
            throw new IllegalStateException();
          }

          @Override
          public String write(Map<String, ?> header) {
            throw new IllegalStateException("no JSON today");
          }
        };
    assertThatThrownBy(() -> Safetensors.write(file, Map.of(), tinyParameters(), failing))
        .hasMessage("no JSON today");
    assertThat(filesIn(directory)).isEmpty();
  }

  @Test
  void write_headerTooLong_isRefused() throws IOException {
    Map<String, String> metadata = Map.of("key", "x".repeat(SafetensorsFile.LONGEST_HEADER));
    assertThatThrownBy(() -> Safetensors.write(file, metadata, tinyParameters(), CODEC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("header: expected at most 100000000 bytes, found 1000");
    assertThat(filesIn(directory)).isEmpty();
  }

  private static List<Path> filesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
