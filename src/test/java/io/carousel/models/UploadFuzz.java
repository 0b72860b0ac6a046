package io.carousel.models;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What Jazzer calls with bytes that it makes up; {@code UploadFuzzTest} starts it. */
final class UploadFuzz {

  /** The property that names the directory of the models. */
  static final String STORAGE = "carousel.fuzz.storage";

  private UploadFuzz() {}

  private static UploadProperty property() {
    UploadProperty property = new UploadProperty(Path.of(System.getProperty(STORAGE)));
    // Jazzer rewrites each class when it is loaded, which takes seconds that no upload is to blame
    // for.
    property.load(UploadFuzzTest.tiny().bytes());
    return property;
  }

  /** The bytes are the file: anything at all, and what mutations make of files that are models. */
  public static final class Bytes {
    private static final UploadProperty PROPERTY = property();

    private Bytes() {}

    public static void fuzzerTestOneInput(byte[] file) throws IOException {
      PROPERTY.check(file);
    }
  }

  /**
   * The bytes choose among what a header can have, so that more of what is made gets past the JSON:
   * tensors of models under their names and others, types, shapes and offsets that fit or do not.
   */
  public static final class Headers {
    private static final UploadProperty PROPERTY = property();
    private static final String[] NAMES = {
      "embedding.weight",
      "rnn.weight_ih_l0",
      "rnn.weight_hh_l0",
      "rnn.bias_ih_l0",
      "rnn.bias_hh_l0",
      "decoder.weight",
      "decoder.bias",
      "rnn.weight_ih_l1",
      "rnn.weight_hh_l1",
      "rnn.bias_ih_l1",
      "rnn.bias_hh_l1",
      "rnn.weight_hr_l0",
      "rnn.weight_ih_l0_reverse",
      "rnn.weight_hh_l64",
      "__metadata__",
      "",
      "\ud800"
    };
    private static final String[] TYPES = {
      "F32", "F64", "F16", "BF16", "I64", "BOOL", "U8", "F8_E4M3", "f32", ""
    };
    private static final long[] SIZES = {
      0, 1, 2, 3, 4, 6, 8, 255, 65_536, 1L << 31, 1L << 32, 1L << 61, Long.MAX_VALUE, -1
    };
    private static final String[] VALUES = {
      "[\\\"a\\\",\\\"b\\\"]",
      "[\\\"a\\\"]",
      "[\\\"<unk>\\\",\\\"b\\\"]",
      "[]",
      "null",
      "lstm",
      "gru",
      "rnn",
      "mlp",
      "char",
      "byte",
      "event",
      "{\\\"unknown\\\":\\\"map\\\"}",
      "{\\\"tie_weights\\\":true}",
      "{\\\"layers\\\":64,\\\"hidden_size\\\":8192,\\\"embedding_size\\\":8192}",
      "{\\\"layers\\\":2147483647}",
      "{\\\"connections\\\":\\\"highway\\\"}",
      "decoder.weight",
      "embedding.weight",
      "1",
      "2026-01-01T00:00:00Z",
      "{}"
    };
    private static final String[] KEYS = {
      "vocabulary",
      "tokenizer",
      "architecture",
      "embedding.weight",
      "decoder.weight",
      "carousel.format_version",
      "carousel.created",
      "carousel.architecture",
      "carousel.tokenizer",
      "carousel.provenance",
      "carousel.non_finite"
    };

    private Headers() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider choices) throws IOException {
      PROPERTY.check(file(choices));
    }

    private static byte[] file(FuzzedDataProvider choices) {
      List<String> fields = new ArrayList<>();
      if (choices.consumeBoolean()) {
        fields.add("\"__metadata__\":" + metadata(choices));
      }
      long end = 0;
      for (int left = choices.consumeInt(0, 12); left > 0; left--) {
        String type = choices.pickValue(TYPES);
        long[] shape = new long[choices.consumeInt(0, 3)];
        Arrays.setAll(shape, i -> choices.pickValue(SIZES));
        long begin = choices.consumeProbabilityFloat() < 0.05 ? choices.consumeLong() : end;
        long size = size(type, shape);
        end =
            choices.consumeProbabilityFloat() < 0.05
                ? choices.consumeLong()
                : begin + Math.min(size, 1 << 16);
        fields.add(
            "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                .formatted(choices.pickValue(NAMES), type, Arrays.toString(shape), begin, end));
      }
      byte[] json = ("{" + String.join(",", fields) + "}").getBytes(UTF_8);
      int data = (int) Math.clamp(end, 0, 1 << 18);
      if (choices.consumeProbabilityFloat() < 0.05) {
        data = choices.consumeInt(0, 64);
      }
      long length = choices.consumeProbabilityFloat() < 0.05 ? choices.consumeLong() : json.length;
      byte[] numbers = choices.consumeRemainingAsBytes();
      ByteBuffer file = ByteBuffer.allocate(8 + json.length + data).order(ByteOrder.LITTLE_ENDIAN);
      file.putLong(length).put(json);
      file.put(numbers, 0, Math.min(numbers.length, file.remaining()));
      return file.array();
    }

    private static long size(String type, long[] shape) {
      long size =
          switch (type) {
            case "F64", "I64" -> 8;
            case "F16", "BF16" -> 2;
            case "BOOL", "U8", "F8_E4M3" -> 1;
            default -> 4;
          };
      for (long dimension : shape) {
        size *= dimension; // which may overflow, as in the code of whoever made such a file
      }
      return size;
    }

    private static String metadata(FuzzedDataProvider choices) {
      List<String> entries = new ArrayList<>();
      for (String key : KEYS) {
        float choice = choices.consumeProbabilityFloat();
        if (choice < 0.02) {
          entries.add("\"%s\":7".formatted(key));
        } else if (choice < 0.4) {
          entries.add("\"%s\":\"%s\"".formatted(key, choices.pickValue(VALUES)));
        }
      }
      return "{" + String.join(",", entries) + "}";
    }
  }
}
