package io.carousel.engine.gradient;

import io.carousel.engine.gradient.sequence.LagBuckets;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.ParameterLayout;

/** What an analysis needs in memory at its peak, by what is alive at the same time. */
final class AnalysisMemory {
  /** Sequences at a time. */
  static final int PARALLEL = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4);

  private static final double BOXED = 24; // a boxed number in a list

  /** Headers of small objects, and the garbage that lies about until it is collected. */
  private static final double SLACK = 1.25;

  private AnalysisMemory() {}

  /** Bytes, with every part and the lag matrix of each sequence; saturates. */
  static long estimate(Architecture a, int vocabularySize, int steps, int sequences) {
    double t = steps;
    double h = a.hiddenSize();
    double gates = a.gateRows();
    double buckets = LagBuckets.count(Math.max(1, steps));
    double parameters = ParameterLayout.count(a, vocabularySize);
    double states = a.cell().gates() == 4 ? 2 : 1;
    double n = states * h;
    boolean recurrent = a.cell().recurrent();
    double triangles = a.layers() * states * t * (t + 1) / 2;
    // Gradients at what each layer hands upwards; where it meets what leads past it.
    double joined = a.layers() * h * (a.connections().addsPast() ? 2 + 6 : 2);
    double wide = 0;
    for (int layer = 1; layer < a.layers(); layer++) {
      wide += a.inputSize(layer) - h; // beyond what is counted with the layers
    }
    double tape =
        t * (a.layers() * (gates + (5 + 3 * states) * h) + 2.0 * vocabularySize + joined + wide);
    double ordinary = t * (2 * gates + 3 * h + vocabularySize) + parameters;
    double rows = a.layers() * t * (2 * h + 2 * gates + 32);
    double byLag = recurrent ? a.layers() * buckets * gates * (h + 32) : 0;
    double spectrum =
        recurrent ? n * (h + 10 * n) : 0; // J, V, its reflections and operands; the SVD's copies
    double sequence =
        8 * (tape + ordinary + rows + byLag + spectrum + t * n * a.layers()) + 12 * triangles;
    double cliff = 8 * (4 * parameters + 4.0 * sequences * (gates + vocabularySize));
    // The weights in both directions, and the sums.
    double sums = 8 * (7 * parameters + (recurrent ? a.layers() * (buckets + 5) * gates * h : 0));
    double report = (sequences + 1.0) * triangles * (12 + BOXED) + a.layers() * 16 * gates * BOXED;
    // Logarithms of one matrix, by lag and sorted, and the carousel's own matrices.
    double profile = (5 * 8 + 2.0 * 12 * a.layers()) * t * (t + 1) / 2;
    double bytes = SLACK * (PARALLEL * Math.max(sequence, cliff) + sums + report + profile);
    return bytes >= Long.MAX_VALUE ? Long.MAX_VALUE : (long) bytes;
  }
}
