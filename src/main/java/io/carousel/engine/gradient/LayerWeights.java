package io.carousel.engine.gradient;

/** The weights of one recurrent layer, the G gates below one another in PyTorch's order. */
final class LayerWeights {
  final double[] input; // W_ih (G·H, in)
  final double[] recurrent; // W_hh (G·H, H)
  final double[] inputBias; // b_ih (G·H)
  final double[] recurrentBias; // b_hh (G·H)
  final double[][] inputRows; // W_ih, an array for each row
  final double[][] recurrentRows; // W_hh, an array for each row

  LayerWeights(double[] input, double[] recurrent, double[] inputBias, double[] recurrentBias) {
    this.input = input;
    this.recurrent = recurrent;
    this.inputBias = inputBias;
    this.recurrentBias = recurrentBias;
    inputRows = Linear.rows(input, inputSize());
    recurrentRows = Linear.rows(recurrent, hiddenSize());
  }

  int gateRows() {
    return inputBias.length;
  }

  int inputSize() {
    return input.length / gateRows();
  }

  int hiddenSize() {
    return recurrent.length / gateRows();
  }

  /** W_ih x + b_ih. */
  double[] fromInput(double[] x) {
    double[] a = inputBias.clone();
    Linear.addMatrixVector(input, gateRows(), inputSize(), x, a);
    return a;
  }

  /** W_hh h + b_hh. */
  double[] fromState(double[] h) {
    double[] a = recurrentBias.clone();
    Linear.addMatrixVector(recurrent, gateRows(), hiddenSize(), h, a);
    return a;
  }
}
