package io.carousel.engine.gradient.cell;

import io.carousel.engine.gradient.Nets;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Connections;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.ParameterLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Oracle 6: the closed forms against differences of the forward pass alone. */
class CentralDifferenceTest {
  private static final List<String> KINDS = List.of("rnn-tanh", "rnn-relu", "gru", "lstm");

  @ParameterizedTest
  @FieldSource("KINDS")
  void gradient_everyParameter_isTheSlopeOfTheLoss(String kind) {
    assertGradient(new ParameterLayout(architecture(kind, 2, false), 6));
  }

  @ParameterizedTest
  @EnumSource(Connections.class)
  void gradient_connections_isTheSlopeOfTheLoss(Connections connections) {
    for (String kind : List.of("rnn-tanh", "rnn-relu", "gru", "lstm", "mlp", "conv")) {
      assertGradient(
          new ParameterLayout(architecture(kind, 3, false).withConnections(connections), 6));
    }
  }

  @Test
  void gradient_tiedWeights_isTheSlopeOfTheLoss() {
    assertGradient(new ParameterLayout(architecture("lstm", 1, true), 6));
  }

  @ParameterizedTest
  @FieldSource("KINDS")
  void jacobian_closedFormAndCarried_areTheSlopesEntryByEntry(String kind) {
    Slopes.assertJacobian(new ParameterLayout(architecture(kind, 1, false), 6));
  }

  private static void assertGradient(ParameterLayout layout) {
    int[][] inputs = Nets.tokens(7, 2, 6, 1);
    int[][] targets = Nets.tokens(7, 2, 6, 2);
    targets[3][1] = -1;
    Slopes.assertGradient(layout, inputs, targets);
  }

  private static Architecture architecture(String kind, int layers, boolean tied) {
    CellType cell =
        switch (kind) {
          case "lstm" -> CellType.LSTM;
          case "gru" -> CellType.GRU;
          case "mlp" -> CellType.MLP;
          case "conv" -> CellType.CONV;
          default -> CellType.RNN;
        };
    return new Architecture(
        cell,
        layers,
        4,
        4,
        0,
        tied,
        kind.endsWith("relu") ? Nonlinearity.RELU : Nonlinearity.TANH,
        Initialization.DEFAULT);
  }
}
