package io.carousel.engine.nn;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Draws fresh parameters. */
final class Initializer {
  private Initializer() {}

  static Parameters initialize(Architecture architecture, int vocabularySize, long seed) {
    ParameterLayout layout = new ParameterLayout(architecture, vocabularySize);
    Parameters parameters = new Parameters(layout);
    SplittableRandom root = new SplittableRandom(seed);
    for (ParameterLayout.Entry entry : layout.entries()) {
      // A generator per parameter, so that one more layer does not change the draw of the others.
      fill(architecture, entry, parameters.values(), root.split());
    }
    return parameters;
  }

  private static void fill(
      Architecture a, ParameterLayout.Entry entry, float[] values, SplittableRandom random) {
    String name = entry.name();
    int hidden = a.hiddenSize();
    if (name.equals("embedding.weight")) {
      // Tied to the projection it must be small, or the first logits are far from uniform.
      double scale = a.tieWeights() ? 1 / Math.sqrt(hidden) : 1;
      for (int i = 0; i < entry.size(); i++) {
        values[entry.offset() + i] = (float) (scale * gaussian(random));
      }
    } else if (name.startsWith("rnn.weight_hh")) {
      for (int gate = 0; gate < a.cell().gates(); gate++) {
        recurrentBlock(a, values, entry.offset() + gate * hidden * hidden, random);
      }
    } else if (name.startsWith("rnn.weight_ih")) {
      // Dense inputs grow with the depth; what they add up to must not.
      boolean dense = a.connections() == Connections.DENSE && !name.endsWith("_l0");
      double bound = 1 / Math.sqrt(dense ? entry.columns() : hidden);
      uniform(values, entry.offset(), entry.size(), bound, random);
    } else if (name.startsWith("mlp.weight") || name.startsWith("conv.weight")) {
      feedForward(a, entry, values, random);
    } else if (name.startsWith("highway.weight")) {
      uniform(values, entry.offset(), entry.size(), 1 / Math.sqrt(hidden), random);
    } else if (name.startsWith("highway.bias")) {
      float bias = (float) a.initialization().transformBias();
      Arrays.fill(values, entry.offset(), entry.offset() + entry.size(), bias);
    } else if (name.startsWith("rnn.bias_ih") && a.cell() == CellType.LSTM) {
      for (int i = hidden; i < 2 * hidden; i++) {
        values[entry.offset() + i] = (float) a.initialization().forgetBias();
      }
    } else if (name.equals("decoder.weight")) {
      uniform(values, entry.offset(), entry.size(), 1 / Math.sqrt(hidden), random);
    }
  }

  /**
   * The first layer as an input; above it every block (H,H), of a step and of a layer below, as a
   * recurrent one, so that the sum of all has the size that one would have.
   */
  private static void feedForward(
      Architecture a, ParameterLayout.Entry entry, float[] values, SplittableRandom random) {
    int hidden = a.hiddenSize();
    if (entry.name().endsWith("_l0")) {
      double fanIn = (double) entry.size() / hidden; // taps·E
      uniform(values, entry.offset(), entry.size(), 1 / Math.sqrt(fanIn), random);
      return;
    }
    int down = entry.rows() / hidden;
    int across = entry.columns() / hidden;
    float scale = (float) (1 / Math.sqrt((double) down * across));
    for (int i = 0; i < down; i++) {
      for (int k = 0; k < across; k++) {
        float[] block = new float[hidden * hidden];
        recurrentBlock(a, block, 0, random);
        for (int j = 0; j < block.length; j++) {
          int at = (i * hidden + j / hidden) * entry.columns() + k * hidden + j % hidden;
          values[entry.offset() + at] = scale * block[j];
        }
      }
    }
  }

  private static void recurrentBlock(
      Architecture a, float[] values, int offset, SplittableRandom random) {
    int hidden = a.hiddenSize();
    double gain = a.initialization().recurrentGain();
    switch (a.initialization().recurrent()) {
      case ORTHOGONAL -> {
        double[][] q = orthogonal(hidden, random);
        for (int i = 0; i < hidden; i++) {
          for (int j = 0; j < hidden; j++) {
            values[offset + i * hidden + j] = (float) (gain * q[i][j]);
          }
        }
      }
      case IDENTITY -> {
        for (int i = 0; i < hidden; i++) {
          values[offset + i * hidden + i] = (float) gain;
        }
      }
      case UNIFORM -> uniform(values, offset, hidden * hidden, gain / Math.sqrt(hidden), random);
      case XAVIER ->
          uniform(values, offset, hidden * hidden, gain * Math.sqrt(3.0 / hidden), random);
    }
  }

  private static void uniform(
      float[] values, int offset, int size, double bound, SplittableRandom random) {
    for (int i = 0; i < size; i++) {
      values[offset + i] = (float) (bound * (2 * random.nextDouble() - 1));
    }
  }

  /** Haar-distributed: Gram-Schmidt, applied twice, of a Gaussian matrix; rows are orthonormal. */
  private static double[][] orthogonal(int n, SplittableRandom random) {
    double[][] q = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        q[i][j] = gaussian(random);
      }
      for (int pass = 0; pass < 2; pass++) { // the second pass restores what rounding lost
        for (int k = 0; k < i; k++) {
          double dot = 0;
          for (int j = 0; j < n; j++) {
            dot += q[i][j] * q[k][j];
          }
          for (int j = 0; j < n; j++) {
            q[i][j] -= dot * q[k][j];
          }
        }
      }
      double norm = 0;
      for (int j = 0; j < n; j++) {
        norm += q[i][j] * q[i][j];
      }
      norm = Math.sqrt(norm);
      for (int j = 0; j < n; j++) {
        q[i][j] /= norm;
      }
    }
    return q;
  }

  /** Box-Muller from StrictMath, so that the bits are the same on every machine. */
  private static double gaussian(SplittableRandom random) {
    double u = 1 - random.nextDouble();
    return StrictMath.sqrt(-2 * StrictMath.log(u))
        * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }
}
