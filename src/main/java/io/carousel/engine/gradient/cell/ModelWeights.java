package io.carousel.engine.gradient.cell;

import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.kernel.DoubleOperand;
import io.carousel.engine.kernel.DoubleProducts;
import io.carousel.engine.nn.Connections;
import java.util.ArrayList;
import java.util.List;

/** The weights of a language model taken apart once, for passes that use them many times. */
public final class ModelWeights {
  private final DoubleWeights weights;
  private final double[] embedding; // (V,E)
  private final double[] projection; // (V,H)
  private final double[] projectionBias; // (V)
  private final DoubleOperand projectionForward; // (H,V)
  private final DoubleOperand projectionBack; // (V,H)
  private final List<LayerWeights> layers = new ArrayList<>(); // where they are recurrent
  private final List<TapWeights> taps = new ArrayList<>(); // where they are not
  private final List<GateWeights> gates = new ArrayList<>(); // of the layers above the first

  public ModelWeights(DoubleWeights weights) {
    this.weights = weights;
    embedding = weights.copyOf("embedding.weight");
    projection = weights.copyOf("decoder.weight");
    projectionBias = weights.copyOf("decoder.bias");
    DoubleProducts products = DoubleProducts.best();
    int v = weights.vocabularySize();
    int h = weights.hiddenSize();
    projectionForward = products.operand(projection, 0, h, h, v, true);
    projectionBack = products.operand(projection, 0, h, v, h, false);
    for (int layer = 0; layer < weights.layers(); layer++) {
      if (weights.recurrent()) {
        layers.add(weights.layer(layer));
      } else {
        taps.add(weights.taps(layer));
      }
      if (layer > 0 && weights.layout().architecture().connections() == Connections.HIGHWAY) {
        gates.add(
            new GateWeights(
                weights.copyOf("highway.weight_l" + layer),
                weights.copyOf("highway.bias_l" + layer)));
      }
    }
  }

  public DoubleWeights weights() {
    return weights;
  }

  public LayerWeights layer(int layer) {
    return layers.get(layer);
  }

  TapWeights taps(int layer) {
    return taps.get(layer);
  }

  /** Width of what a layer is given of the layer below: E, or H. */
  public int inputWidth(int layer) {
    return layer == 0 ? embeddingSize() : weights.hiddenSize();
  }

  /** The gate of a highway past a layer above the first. */
  public GateWeights gate(int layer) {
    return gates.get(layer - 1);
  }

  int embeddingSize() {
    return embedding.length / weights.vocabularySize();
  }

  /** The embeddings of tokens (n): (n,E). */
  public double[] embeddings(int[] tokens) {
    int size = embeddingSize();
    double[] rows = new double[tokens.length * size];
    for (int i = 0; i < tokens.length; i++) {
      System.arraycopy(embedding, tokens[i] * size, rows, i * size, size);
    }
    return rows;
  }

  /** For each row of h (rows,H): (rows,V). */
  public double[] logits(double[] h, int rows) {
    return Linear.affine(h, rows, projectionForward, projectionBias);
  }

  /** Adds to dh (H) at an offset what the gradient at the logits (V) sends back. */
  public void addProjectionGradient(double[] logitGradient, double[] dh, int offset) {
    int hidden = weights.hiddenSize();
    for (int v = 0; v < logitGradient.length; v++) {
      Linear.addScaled(logitGradient[v], projection, v * hidden, dh, offset, hidden);
    }
  }

  /** What the gradients at the logits (rows,V) send back: (rows,H). */
  double[] projectionGradient(double[] logitGradients, int rows) {
    double[] dh = new double[rows * weights.hiddenSize()];
    Linear.addProduct(logitGradients, rows, projectionBack, dh);
    return dh;
  }
}
