package io.carousel.reports.page;

import java.util.Map;

/** What each verdict means, in a sentence. */
final class Meanings {
  private static final Map<String, String> OF_CODES =
      Map.ofEntries(
          Map.entry(
              "VANISHING_TIME",
              "The gradient does not reach as far back as the network is to learn: it cannot learn"
                  + " a dependency of that length, however long it is trained."),
          Map.entry(
              "EXPLODING_TIME",
              "The gradient grows the further back it goes: single steps of training can throw the"
                  + " weights far off."),
          Map.entry(
              "NON_FINITE",
              "A weight, an activation or a gradient is NaN or infinite: what follows from it means"
                  + " nothing."),
          Map.entry(
              "SATURATED_GATES",
              "Most units of a gate are stuck at an end of their range, where they pass on next to"
                  + " no gradient."),
          Map.entry(
              "DEAD_UNITS", "Units whose slope is always next to 0 learn nothing and add nothing."),
          Map.entry(
              "LEARNING_RATE_HIGH",
              "Each step changes the weights by more than a hundredth of their size."),
          Map.entry(
              "LEARNING_RATE_LOW",
              "Each step changes the weights by less than a ten thousandth of their size."),
          Map.entry(
              "TRUNCATION_SHORT",
              "Training cuts its windows where a good part of the gradient still comes from further"
                  + " back."),
          Map.entry(
              "TRUNCATION_LONG",
              "Training uses windows longer than anything that the gradient carries back."),
          Map.entry("VANISHING_DEPTH", "The gradient dies out on its way down through the layers."),
          Map.entry("HEALTHY", "The gradient reaches back as far as the network is to learn."),
          Map.entry("INCONCLUSIVE", "This window does not show enough to say."));

  private Meanings() {}

  /** Of a code; nothing where the code is not known here. */
  static String of(String code) {
    return OF_CODES.getOrDefault(code, "");
  }
}
