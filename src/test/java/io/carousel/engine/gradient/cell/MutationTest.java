package io.carousel.engine.gradient.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.carousel.engine.gradient.Nets;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Connections;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.ParameterLayout;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Oracle 10: a derivative with one error in it does not pass. Every sign in the derivatives of
 * every cell is flipped, every recurrent term dropped and every recurrent matrix transposed, one at
 * a time, in the compiled classes; each time the differences of oracle 6 must tell.
 */
class MutationTest {

  @ParameterizedTest
  @CsvSource({
    "rnn-tanh, RnnCell, 5",
    "rnn-tanh, RnnCell$Phi$1, 2",
    "gru, GruCell, 30",
    "lstm, LstmCell, 40",
    "rnn-highway, Junction, 6",
    "rnn-residual, Junction, 1",
    "rnn-highway, GateWeights, 1",
    "rnn-highway, Backpropagation, 3",
    "conv-highway, TapWeights, 3",
    "conv-highway, FeedForwardPass, 3"
  })
  void check_oneErrorInADerivative_isFound(String kind, String cell, int least) {
    List<String> survivors = new ArrayList<>();
    List<Mutant> mutants = Mutant.of(cell).stream().filter(m -> concerns(m, kind)).toList();
    for (Mutant mutant : mutants) {
      if (passes(mutant, kind)) {
        survivors.add(mutant.toString());
      }
    }
    assertThat(survivors).isEmpty();
    assertThat(mutants).hasSizeGreaterThanOrEqualTo(least);
  }

  /** Whether what was changed is computed at all in a network of that kind. */
  private static boolean concerns(Mutant mutant, String kind) {
    boolean residual = mutant.method().equals("residual");
    boolean highway = mutant.method().equals("derive");
    return !(residual && kind.equals("rnn-highway")) && !(highway && kind.equals("rnn-residual"));
  }

  /** Else every mutant would be found. */
  @ParameterizedTest
  @CsvSource({
    "rnn-tanh",
    "gru",
    "lstm",
    "rnn-highway",
    "rnn-residual",
    "rnn-dense",
    "conv-highway"
  })
  void check_withoutAnError_passes(String kind) {
    assertThatCode(() -> check(kind)).doesNotThrowAnyException();
  }

  private static boolean passes(Mutant mutant, String kind) {
    try {
      Class<?> test = mutant.loader().loadClass(MutationTest.class.getName());
      var check = test.getDeclaredMethod("check", String.class);
      check.setAccessible(true);
      check.invoke(null, kind);
      return true;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof AssertionError) {
        return false;
      }
      throw new IllegalStateException(mutant.toString(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(mutant.toString(), e);
    }
  }

  /** Three layers where the kind is one of a stack with connections. */
  private static Architecture connected(Architecture one, String kind) {
    return switch (kind) {
      case "rnn-residual" -> one.withLayers(3).withConnections(Connections.RESIDUAL);
      case "rnn-highway", "conv-highway" -> one.withLayers(3).withConnections(Connections.HIGHWAY);
      case "rnn-dense" -> one.withLayers(3).withConnections(Connections.DENSE);
      default -> one;
    };
  }

  /** Called in the mutant's class loader. */
  static void check(String kind) {
    CellType cell =
        switch (kind) {
          case "lstm" -> CellType.LSTM;
          case "gru" -> CellType.GRU;
          case "conv-highway" -> CellType.CONV;
          default -> CellType.RNN;
        };
    if (cell.recurrent()) {
      Slopes.assertJacobian(
          new ParameterLayout(Nets.architecture(cell, Nonlinearity.TANH, 1, 4, 4), 3));
    }
    Slopes.assertGradient(
        new ParameterLayout(
            connected(Nets.architecture(cell, Nonlinearity.TANH, 1, 2, 2), kind), 3),
        Nets.tokens(4, 1, 3, 1),
        Nets.tokens(4, 1, 3, 2));
  }
}
