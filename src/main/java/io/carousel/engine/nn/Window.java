package io.carousel.engine.nn;

/** The window at work: one object for all steps, so that a step allocates nothing. */
final class Window {
  /** T. */
  private int steps;

  /** B. */
  private int lanes;

  private int[] inputs = new int[0];
  private int[] targets = new int[0];
  private boolean padded;

  /** Begins a window of (T,B) inputs and targets. */
  void set(int steps, int lanes, int[] inputs, int[] targets) {
    this.steps = steps;
    this.lanes = lanes;
    this.inputs = inputs;
    this.targets = targets;
    padded = false;
    for (int place = 0; place < places(); place++) {
      padded |= inputs[place] < 0;
    }
  }

  int steps() {
    return steps;
  }

  int lanes() {
    return lanes;
  }

  /** T·B. */
  int places() {
    return steps * lanes;
  }

  int[] inputs() {
    return inputs;
  }

  int[] targets() {
    return targets;
  }

  /** Whether some lane ends before the window does. */
  boolean padded() {
    return padded;
  }

  /** Steps of a lane before it ends. */
  int length(int lane) {
    int length = steps;
    while (length > 0 && inputs[(length - 1) * lanes + lane] < 0) {
      length--;
    }
    return length;
  }

  /** How many predictions have a target. */
  int scored() {
    int scored = 0;
    for (int place = 0; place < places(); place++) {
      scored += targets[place] >= 0 ? 1 : 0;
    }
    return scored;
  }
}
