package io.carousel.reports.contrast;

import io.carousel.models.Model;

/**
 * An input as one model reads it.
 *
 * @param name of the variant
 * @param ids token ids (T) of the input
 * @param expected token id of the expected form
 * @param other token id of the other form
 */
record Reading(String name, Model model, int[] ids, int expected, int other) {
  boolean knows(int position) {
    Integer unknown = model.tokenizer().vocabulary().unknownId();
    return unknown == null || ids[position] != unknown;
  }

  String symbol(int position) {
    return model.tokenizer().symbol(ids[position]);
  }
}
