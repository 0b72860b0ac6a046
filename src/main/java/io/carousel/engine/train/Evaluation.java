package io.carousel.engine.train;

/**
 * A model measured on a corpus.
 *
 * @param loss mean cross-entropy in nats per prediction
 * @param top1 share of predictions whose most likely symbol is the right one
 * @param topK share of predictions where the right symbol is among the {@code k} most likely
 * @param k as configured
 * @param predictions how many were scored
 */
public record Evaluation(double loss, double top1, double topK, int k, long predictions) {}
