/**
 * Recurrent language models: parameters, cells, forward pass and back-propagation through time.
 *
 * <p>Shapes are written with these letters throughout the engine: {@code T} time steps, {@code B}
 * sequences of a batch (lanes), {@code V} vocabulary, {@code E} embedding, {@code H} hidden units,
 * {@code L} layers, {@code G} gates of a cell (RNN 1, GRU 3, LSTM 4). Arrays are row-major, so
 * {@code (T,B,H)} keeps the hidden units of one lane at one step next to each other. Parameters
 * bear PyTorch's names and gate order: LSTM i f g o, GRU r z n.
 */
@NullMarked
package io.carousel.engine.nn;

import org.jspecify.annotations.NullMarked;
