package io.carousel.engine.gradient.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.carousel.engine.gradient.Nets;
import io.carousel.engine.nn.CellType;
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
    "lstm, LstmCell, 40"
  })
  void check_oneErrorInADerivative_isFound(String kind, String cell, int least) {
    List<String> survivors = new ArrayList<>();
    List<Mutant> mutants = Mutant.of(cell);
    for (Mutant mutant : mutants) {
      if (passes(mutant, kind)) {
        survivors.add(mutant.toString());
      }
    }
    assertThat(survivors).isEmpty();
    assertThat(mutants).hasSizeGreaterThanOrEqualTo(least);
  }

  /** Else every mutant would be found. */
  @ParameterizedTest
  @CsvSource({"rnn-tanh", "gru", "lstm"})
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

  /** Called in the mutant's class loader. */
  static void check(String kind) {
    CellType cell =
        switch (kind) {
          case "lstm" -> CellType.LSTM;
          case "gru" -> CellType.GRU;
          default -> CellType.RNN;
        };
    Slopes.assertJacobian(
        new ParameterLayout(Nets.architecture(cell, Nonlinearity.TANH, 1, 4, 4), 3));
    Slopes.assertGradient(
        new ParameterLayout(Nets.architecture(cell, Nonlinearity.TANH, 1, 2, 2), 3),
        Nets.tokens(4, 1, 3, 1),
        Nets.tokens(4, 1, 3, 2));
  }
}
