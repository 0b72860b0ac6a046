package io.carousel.engine.nn;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stacked language model: embedding → L layers → projection.
 *
 * <p>Works on windows of up to T steps of up to B lanes, given as flat (T,B) arrays of token ids. A
 * negative input is padding: it must not be followed by a token of the same lane, and the lane's
 * state stays what it was. A negative target is not scored. Neither enters loss, gradient or state.
 *
 * <p>The parameters are read where they are. Whoever changes them calls {@link #weightsChanged}.
 * All memory is taken in the constructor; a step takes none. The work is split over the threads of
 * the {@link Workers} so that no sum depends on their number: rows where each row is independent,
 * and fixed pieces otherwise. For use by one thread at a time.
 */
public final class LanguageModel {
  private final Architecture architecture;
  private final int vocabulary;
  private final Kernels kernels;
  private final Workers workers;
  private final Split split;
  private final int maxSteps;
  private final int maxLanes;
  private final boolean training;
  private final Layer[] layers;
  private final TokenTable table;
  private final Projection projection;
  private final @Nullable Dropout dropout;

  /** (T,B,H) per layer above the first: its input after dropout; empty where there is none. */
  private final float[][] dropped;

  private final float[][] biases;
  private final WeightPackings packings;
  private final @Nullable Backward backward;
  private boolean packed;

  // The step at work.
  private final Window window = new Window();
  private boolean dropping;
  private long dropoutSeed;
  private int layer;
  private int tile;

  // The bodies of the parallel loops, made once so that a step allocates nothing.
  private final Workers.Task packTask;
  private final Workers.Task tableTask = this::tableRows;
  private final Workers.Task dropTask = this::dropRows;
  private final Workers.Task inputTask = this::inputRows;
  private final Workers.Task timeTask = this::forwardBlock;
  private final Workers.Task joinTask = this::joinRows;
  private final Workers.Task scoreTask = this::scoreRows;

  /**
   * Opens a model.
   *
   * @param maxSteps the largest T of a window
   * @param maxLanes the largest B of a window
   * @param training whether {@link #lossAndGradient} will be called
   */
  public LanguageModel(
      Kernels kernels,
      Workers workers,
      Parameters parameters,
      int maxSteps,
      int maxLanes,
      boolean training) {
    this.architecture = parameters.architecture();
    this.vocabulary = parameters.layout().vocabularySize();
    this.kernels = kernels;
    this.workers = workers;
    this.split = new Split(kernels, workers);
    this.maxSteps = maxSteps;
    this.maxLanes = maxLanes;
    this.training = training;
    int places = Math.multiplyExact(maxSteps, maxLanes);
    layers = new Layer[architecture.layers()];
    dropout = training && architecture.dropout() > 0 ? new Dropout(architecture.dropout()) : null;
    dropped = new float[layers.length][];
    biases = new float[layers.length][architecture.gateRows()];
    for (int l = 0; l < layers.length; l++) {
      layers[l] = Layer.create(kernels, parameters, l, maxSteps, maxLanes, training);
      dropped[l] = new float[dropout != null && l > 0 ? places * architecture.hiddenSize() : 0];
    }
    table = new TokenTable(kernels, parameters, layers[0], places, maxLanes, training);
    projection = new Projection(kernels, parameters, places, training);
    packings = new WeightPackings(kernels, parameters.values());
    packTask = packings::run;
    for (Layer each : layers) {
      each.addPackings(packings);
    }
    projection.addPackings(packings);
    backward =
        training
            ? new Backward(kernels, workers, parameters.layout(), window, layers, table, projection)
            : null;
  }

  /** How many logits there are at most at a time, where a window has that many places, T·B. */
  public static double mostLogits(double places, int vocabulary) {
    return Math.min(places, Projection.mostTileRows(vocabulary)) * vocabulary;
  }

  /** Tells that the parameters are not what they were. */
  public void weightsChanged() {
    packed = false;
  }

  /** A zero state for that many lanes. */
  public Carry newCarry(int lanes) {
    return new Carry(architecture, lanes);
  }

  /**
   * Forward and backward through one window.
   *
   * @param steps T of this window
   * @param lanes B of this window
   * @param inputs (T,B)
   * @param targets (T,B)
   * @param carry state before the window; becomes the state after it
   * @param dropoutSeed draws what dropout drops; another one for each step
   * @param gradient receives the gradient of the mean loss; every element is written
   * @param observer hears of the states' gradients, or null
   * @return mean cross-entropy of the scored predictions, in nats; 0 where there is none
   */
  public double lossAndGradient(
      int steps,
      int lanes,
      int[] inputs,
      int[] targets,
      Carry carry,
      long dropoutSeed,
      Parameters gradient,
      @Nullable BackwardObserver observer) {
    Backward back = Layer.trained(backward);
    begin(steps, lanes, inputs, targets);
    this.dropping = dropout != null;
    this.dropoutSeed = dropoutSeed;
    forward(carry);
    int scored = window.scored();
    if (scored == 0) {
      Arrays.fill(gradient.values(), 0f);
      return 0;
    }
    back.run(
        1f / scored, dropoutSeed, gradient.values(), dropping ? dropout : null, dropped, observer);
    return meanLoss(scored);
  }

  /**
   * Forward through one window, and its targets scored.
   *
   * @return the scores of this window's targets
   */
  public Scores score(int steps, int lanes, int[] inputs, int[] targets, Carry carry) {
    begin(steps, lanes, inputs, targets);
    dropping = false;
    forward(carry);
    int places = steps * lanes;
    for (tile = 0; tile < places; tile += projection.tileRows()) {
      workers.run(split.outputPieces(tileEnd() - tile), scoreTask);
    }
    return new Scores(projection.losses(), projection.ranks(), places);
  }

  /** Forward through one window; only the state is wanted. */
  public void advance(int steps, int lanes, int[] inputs, Carry carry) {
    begin(steps, lanes, inputs, inputs);
    dropping = false;
    forward(carry);
  }

  /**
   * Logits (B,V) of what comes after a state.
   *
   * @param carry the state of each lane
   */
  public void logits(Carry carry, float[] out) {
    Objects.checkFromIndexSize(0, carry.lanes() * vocabulary, out.length);
    pack();
    projection.logits(carry.output(), 0, 0, carry.lanes(), out, 0);
  }

  /** All logits (T,B,V) of the window that was last gone through; for tests and small windows. */
  public float[] lastLogits() {
    float[] out = new float[window.places() * vocabulary];
    Layer top = layers[layers.length - 1];
    int offset = top.outputOffset(window.lanes());
    projection.logits(top.output(), offset, 0, window.places(), out, 0);
    return out;
  }

  // ---------------------------------------------------------------- forward

  private void begin(int steps, int lanes, int[] inputs, int[] targets) {
    if (steps < 1 || steps > maxSteps || lanes < 1 || lanes > maxLanes) {
      throw new IllegalArgumentException(
          "expected a window of up to %d steps and %d lanes, found %d and %d"
              .formatted(maxSteps, maxLanes, steps, lanes));
    }
    Objects.checkFromIndexSize(0, steps * lanes, inputs.length);
    Objects.checkFromIndexSize(0, steps * lanes, targets.length);
    for (int place = 0; place < steps * lanes; place++) {
      if (inputs[place] >= vocabulary || targets[place] >= vocabulary) {
        throw new IllegalArgumentException(
            "expected token ids below %d, found %d"
                .formatted(vocabulary, Math.max(inputs[place], targets[place])));
      }
    }
    window.set(steps, lanes, inputs, targets);
  }

  private void forward(Carry carry) {
    if (carry.lanes() != window.lanes()) {
      throw new IllegalArgumentException(
          "expected a carry of %d lanes, found %d".formatted(window.lanes(), carry.lanes()));
    }
    pack();
    table.collect(carry.tokens(), window.inputs(), window.places());
    workers.run(split.rowPieces(table.distinct() - table.fresh()), tableTask);
    int blocks = split.laneBlocks(window.lanes());
    for (layer = 0; layer < layers.length; layer++) {
      layers[layer].loadCarry(carry);
      if (layer > 0) {
        layers[layer].inputBias(biases[layer]);
        if (dropping && layers[layer].taps > 1) {
          workers.run(split.rowPieces(window.places()), dropTask);
        }
        workers.run(split.rowPieces(window.places()), inputTask);
      }
      workers.run(blocks, timeTask);
      layers[layer].storeCarry(carry, window.steps());
      if (layers[layer].shortcut != null) {
        workers.run(split.rowPieces(window.places()), joinTask);
      }
    }
    storeOutput(carry);
    storeHistory(carry);
  }

  private void storeOutput(Carry carry) {
    Layer top = layers[layers.length - 1];
    if (top.shortcut != null) {
      int size = carry.lanes() * architecture.hiddenSize();
      System.arraycopy(top.output(), (window.steps() - 1) * size, carry.output(), 0, size);
    }
  }

  /** Of layers that look back, what they need of this window for the next. */
  private void storeHistory(Carry carry) {
    if (architecture.cell().recurrent()) {
      return;
    }
    for (Layer each : layers) {
      if (each instanceof FeedForwardLayer looking) {
        for (int i = 0; i < looking.past.length; i++) {
          int from = each.index - each.inputs + i;
          carry.appendPast(each.index, i, given(from), givenOffset(from), window);
        }
      }
    }
    carry.appendTokens(window);
  }

  private void pack() {
    if (!packed) {
      table.forget();
      workers.run(packings.pieces(), packTask);
      packed = true;
    }
  }

  private void tableRows(int piece) {
    int rows = table.distinct() - table.fresh();
    int pieces = split.rowPieces(rows);
    int first = Split.first(rows, piece, pieces);
    table.project(table.fresh() + first, Split.first(rows, piece + 1, pieces) - first);
  }

  /** Input projections of a piece of rows from the layer below, or from all below. */
  private void inputRows(int piece) {
    int places = window.places();
    int pieces = split.rowPieces(places);
    int first = Split.first(places, piece, pieces);
    int count = Split.first(places, piece + 1, pieces) - first;
    Layer current = layers[layer];
    if (dropping && current.taps == 1) {
      drop(first, count);
    }
    for (int i = 0; i < current.inputs; i++) {
      int from = layer - current.inputs + i;
      float[] x = given(from);
      int start = givenOffset(from);
      for (int tap = 0; tap < current.taps; tap++) {
        projectTap(current, i, tap, x, start, first, count);
      }
    }
  }

  /** Of a layer with taps, which reads rows of other pieces, what it is given is dropped first. */
  private void dropRows(int piece) {
    int places = window.places();
    int pieces = split.rowPieces(places);
    int first = Split.first(places, piece, pieces);
    drop(first, Split.first(places, piece + 1, pieces) - first);
  }

  private void drop(int first, int count) {
    Dropout mask = dropout;
    if (mask != null) {
      int hidden = architecture.hiddenSize();
      Layer below = layers[layer - 1];
      int offset = below.outputOffset(window.lanes());
      int to = (first + count) * hidden;
      mask.apply(dropoutSeed, layer, below.output(), offset, dropped[layer], first * hidden, to);
    }
  }

  /** One input at one tap: rows of the window, and before them rows of what came before it. */
  private void projectTap(
      Layer current, int input, int tap, float[] x, int start, int first, int count) {
    int width = current.inputWidth;
    int block = input * current.taps + tap;
    int back = tap * current.dilation * window.lanes(); // rows that the tap looks back
    int early = Math.clamp((long) back - first, 0, count); // rows whose tap lies before the window
    if (early > 0 && current instanceof FeedForwardLayer looking) {
      int row = looking.history() * window.lanes() - back + first;
      current.projectInput(block, looking.past[input], row * width, biases[layer], first, early);
    }
    if (early < count) {
      int row = first + early - back;
      current.projectInput(
          block, x, start + row * width, biases[layer], first + early, count - early);
    }
  }

  /** What layers are given of a layer below, (T,B,H): its output, or that after dropout. */
  private float[] given(int below) {
    return dropping ? dropped[below + 1] : layers[below].output();
  }

  private int givenOffset(int below) {
    return dropping ? 0 : layers[below].outputOffset(window.lanes());
  }

  /** What goes upwards of a piece of rows, from the layer and what leads past it. */
  private void joinRows(int piece) {
    int places = window.places();
    int pieces = split.rowPieces(places);
    int first = Split.first(places, piece, pieces);
    int count = Split.first(places, piece + 1, pieces) - first;
    Layer current = layers[layer];
    Shortcut shortcut = current.shortcut;
    if (shortcut != null) {
      Layer below = layers[layer - 1];
      int lanes = window.lanes();
      shortcut.join(
          given(layer - 1),
          givenOffset(layer - 1),
          below.output(),
          below.outputOffset(lanes),
          current.h,
          lanes * current.hidden,
          first,
          count);
    }
  }

  /** All steps of one block of lanes. */
  private void forwardBlock(int block) {
    int lanes = window.lanes();
    int blocks = split.laneBlocks(lanes);
    int from = Split.first(lanes, block, blocks);
    int to = Split.first(lanes, block + 1, blocks);
    Layer current = layers[layer];
    for (int t = 0; t < window.steps(); t++) {
      if (layer == 0) {
        table.gather(lanes, t * lanes + from, to - from);
      }
      if (window.padded()) {
        forwardPadded(current, t, from, to);
      } else {
        current.forwardStep(t, lanes, from, to - from);
      }
    }
  }

  /** One step of lanes some of which may have ended: runs of those that have not, together. */
  private void forwardPadded(Layer current, int t, int from, int to) {
    int lanes = window.lanes();
    int[] inputs = window.inputs();
    for (int lane = from; lane < to; ) {
      int end = lane;
      while (end < to && inputs[t * lanes + end] >= 0) {
        end++;
      }
      if (end > lane) {
        current.forwardStep(t, lanes, lane, end - lane);
        lane = end;
      } else {
        current.holdStep(t, lanes, lane);
        lane++;
      }
    }
  }

  private void scoreRows(int piece) {
    int rows = tileEnd() - tile;
    int pieces = split.outputPieces(rows);
    int first = tile + Split.first(rows, piece, pieces);
    int end = tile + Split.first(rows, piece + 1, pieces);
    Layer top = layers[layers.length - 1];
    int offset = top.outputOffset(window.lanes());
    projection.score(top.output(), offset, tile, first, end - first, window.targets());
  }

  private int tileEnd() {
    return Math.min(tile + projection.tileRows(), window.places());
  }

  // ---------------------------------------------------------------- loss

  private double meanLoss(int scored) {
    double sum = 0;
    for (int place = 0; place < window.places(); place++) {
      sum += projection.losses()[place];
    }
    return sum / scored;
  }

  /**
   * What {@link #score} found; views that the next window overwrites.
   *
   * @param losses −log p of each target, in nats; 0 where it is not scored
   * @param ranks how many symbols are more likely than the target; −1 where it is not scored
   * @param size T·B, the used part of the arrays
   */
  public record Scores(float[] losses, int[] ranks, int size) {

    /** A copy that the next window does not overwrite. */
    public Scores copy() {
      return new Scores(Arrays.copyOf(losses, size), Arrays.copyOf(ranks, size), size);
    }
  }
}
