package io.carousel.jobs;

/** Requests that the API's documentation shows; each runs as it stands, but for the file's id. */
final class JobExamples {
  private JobExamples() {}

  static final String TEXT =
      """
      {
        "dataset": {"text": "the quick brown fox jumps over the lazy dog. the quick brown fox jumps \
      over the lazy dog. the quick brown fox jumps over the lazy dog. the quick brown fox jumps over \
      the lazy dog. the quick brown fox jumps over the lazy dog. "},
        "model": "lstm",
        "architecture": {"layers": 1, "hidden_size": 32},
        "training": {"epochs": 20, "batch_size": 4, "sequence_length": 16,
                     "optimizer": {"type": "adam", "learning_rate": 0.01}},
        "suffix": "fox"
      }
      """;

  static final String EVENTS =
      """
      {
        "dataset": {"sequences": [["login", "view", "view", "logout"], ["login", "buy", "logout"],
                                  ["login", "view", "buy", "logout"], ["login", "logout"]]},
        "validation_split": 0.25,
        "model": "gru",
        "architecture": {"hidden_size": 16},
        "training": {"epochs": 20, "batch_size": 4},
        "suffix": "visits"
      }
      """;

  static final String DIAGNOSED =
      """
      {
        "dataset": {"text": "the quick brown fox jumps over the lazy dog. the quick brown fox jumps \
      over the lazy dog. the quick brown fox jumps over the lazy dog. the quick brown fox jumps over \
      the lazy dog. the quick brown fox jumps over the lazy dog. "},
        "model": "rnn",
        "architecture": {"hidden_size": 32},
        "training": {"epochs": 20, "batch_size": 4, "sequence_length": 16},
        "diagnostics": {"every_steps": 10, "stop_on": ["NON_FINITE", "EXPLODING_TIME"]},
        "suffix": "watched"
      }
      """;

  static final String SYNTHETIC =
      """
      {
        "dataset": {"synthetic": "copy", "lag": 5, "count": 256},
        "model": "gru",
        "architecture": {"hidden_size": 16},
        "training": {"epochs": 2, "batch_size": 32, "optimizer": {"learning_rate": 0.01}},
        "suffix": "copier"
      }
      """;

  static final String FILE =
      """
      {
        "training_file": "file-0123456789abcdef",
        "architecture": {"cell": "lstm", "layers": 2, "hidden_size": 256},
        "suffix": "shakespeare"
      }
      """;
}
