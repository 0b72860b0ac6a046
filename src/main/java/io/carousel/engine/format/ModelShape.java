package io.carousel.engine.format;

import io.carousel.engine.format.TensorMismatchException.Fault;
import io.carousel.engine.nn.CellType;
import java.util.List;
import java.util.Map;

/**
 * What the shapes of a language model's tensors say of its architecture, under PyTorch's names.
 *
 * <p>{@code embedding.weight} is (V,E) and {@code rnn.weight_hh_l0} (G·H,H), of which G tells the
 * cell: 1 RNN, 3 GRU, 4 LSTM. Nothing tells a plain RNN's nonlinearity.
 *
 * @param vocabularySize V
 * @param embeddingSize E
 * @param layers L: there is a {@code rnn.weight_hh_l}<i>k</i> for each k below L
 * @param hiddenSize H
 */
public record ModelShape(
    CellType cell, int vocabularySize, int embeddingSize, int layers, int hiddenSize) {
  private static final String EMBEDDING = "embedding.weight";
  private static final String RECURRENT = "rnn.weight_hh_l";

  /**
   * Reads the shapes.
   *
   * @param tied whether {@code decoder.weight} may stand for {@code embedding.weight}
   * @throws TensorMismatchException where one of the two matrices is missing or has the shape of no
   *     cell
   */
  public static ModelShape of(SafetensorsFile file, boolean tied) throws TensorMismatchException {
    Map<String, TensorInfo> tensors = file.tensors();
    boolean stands = tied && !tensors.containsKey(EMBEDDING);
    List<Integer> embedding =
        matrix(tensors, stands ? "decoder.weight" : EMBEDDING, "[vocabulary_size, embedding_size]");
    List<Integer> recurrent = matrix(tensors, RECURRENT + 0, "[gates x hidden_size, hidden_size]");
    int hidden = recurrent.getLast();
    int layers = 1;
    while (tensors.containsKey(RECURRENT + layers)) {
      layers++;
    }
    return new ModelShape(
        cell(recurrent.getFirst(), hidden),
        embedding.getFirst(),
        embedding.getLast(),
        layers,
        hidden);
  }

  private static CellType cell(int rows, int hidden) throws TensorMismatchException {
    for (CellType cell : CellType.values()) {
      if (cell.recurrent() && rows == (long) cell.gates() * hidden) {
        return cell;
      }
    }
    throw new TensorMismatchException(
        Fault.SHAPE,
        RECURRENT + 0,
        "shape [%1$d, %1$d] of an RNN, [%2$d, %1$d] of a GRU or [%3$d, %1$d] of an LSTM"
            .formatted(hidden, 3L * hidden, 4L * hidden),
        "[%d, %d]".formatted(rows, hidden));
  }

  private static List<Integer> matrix(Map<String, TensorInfo> tensors, String name, String shape)
      throws TensorMismatchException {
    TensorInfo tensor = tensors.get(name);
    if (tensor == null) {
      String others = tensors.isEmpty() ? "" : ", but " + others(tensors);
      throw new TensorMismatchException(
          Fault.MISSING, name, "a tensor of shape " + shape, "none" + others);
    }
    boolean plausible =
        tensor.shape().size() == 2
            && tensor.shape().stream().allMatch(size -> size >= 1 && size <= Integer.MAX_VALUE);
    if (!plausible) {
      throw new TensorMismatchException(
          Fault.SHAPE, name, "shape " + shape, SafetensorsHeader.shown(tensor.shape()));
    }
    return tensor.shape().stream().map(Math::toIntExact).toList();
  }

  /** The first names, so that a client sees what it has called its modules. */
  private static String others(Map<String, TensorInfo> tensors) {
    List<String> names = tensors.keySet().stream().limit(4).map(SafetensorsHeader::shown).toList();
    return String.join(", ", names) + (tensors.size() > names.size() ? ", …" : "");
  }
}
