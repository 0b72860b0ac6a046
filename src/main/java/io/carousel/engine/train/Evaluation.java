package io.carousel.engine.train;

import java.util.List;

/**
 * A model measured on a corpus.
 *
 * @param loss mean cross-entropy in nats per prediction
 * @param top1 share of predictions whose most likely symbol is the right one
 * @param topK share of predictions where the right symbol is among the {@code k} most likely
 * @param k as configured
 * @param predictions how many were scored
 * @param groups the same by the group of a sequence, in the order of their numbers; empty where the
 *     corpus has none
 */
public record Evaluation(
    double loss, double top1, double topK, int k, long predictions, List<Group> groups) {

  /** Of a corpus without groups. */
  public Evaluation(double loss, double top1, double topK, int k, long predictions) {
    this(loss, top1, topK, k, predictions, List.of());
  }

  /**
   * The sequences of one group.
   *
   * @param number of the group
   * @param predictions how many were scored
   * @param top1 share of them whose most likely symbol is the right one
   */
  public record Group(int number, long predictions, double top1) {}
}
