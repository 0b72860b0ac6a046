package io.carousel.engine.gradient;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The weights of a language model taken apart once, for passes that use them many times. */
final class ModelWeights {
  private final DoubleWeights weights;
  private final double[] embedding; // (V,E)
  private final double[] projection; // (V,H)
  private final double[] projectionBias; // (V)
  private final List<LayerWeights> layers = new ArrayList<>();

  ModelWeights(DoubleWeights weights) {
    this.weights = weights;
    embedding = weights.copyOf("embedding.weight");
    projection = weights.copyOf("decoder.weight");
    projectionBias = weights.copyOf("decoder.bias");
    for (int layer = 0; layer < weights.layers(); layer++) {
      layers.add(weights.layer(layer));
    }
  }

  DoubleWeights weights() {
    return weights;
  }

  LayerWeights layer(int layer) {
    return layers.get(layer);
  }

  /** The embedding of a token (E). */
  double[] embedding(int token) {
    int size = embedding.length / weights.vocabularySize();
    return Arrays.copyOfRange(embedding, token * size, (token + 1) * size);
  }

  double[] logits(double[] h) {
    double[] logits = projectionBias.clone();
    Linear.addMatrixVector(projection, logits.length, h.length, h, logits);
    return logits;
  }

  /** Adds to dh (H) at an offset what the gradient at the logits (V) sends back. */
  void addProjectionGradient(double[] logitGradient, double[] dh, int offset) {
    int hidden = weights.hiddenSize();
    for (int v = 0; v < logitGradient.length; v++) {
      Linear.addScaled(logitGradient[v], projection, v * hidden, dh, offset, hidden);
    }
  }
}
