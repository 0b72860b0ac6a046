package io.carousel.engine.synthetic;

import io.carousel.engine.tokens.SequenceBuffer;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** See {@link SyntheticSpecification.Copy}. */
final class CopyTask implements Task {
  private static final List<String> SYMBOLS =
      List.of("a", "b", "c", "d", "e", "f", "g", "h", "_", "|");
  private static final int ALPHABET = 8;
  private static final int BLANK = SYMBOLS.indexOf("_");
  private static final int DELIMITER = SYMBOLS.indexOf("|");
  private static final int RECALLED = 10;

  private final int lag;

  CopyTask(int lag) {
    this.lag = lag;
  }

  @Override
  public List<String> symbols() {
    return SYMBOLS;
  }

  @Override
  public OptionalInt longest() {
    return OptionalInt.of(2 * RECALLED + lag + 1);
  }

  @Override
  public KnownLoss knownLoss() {
    return new KnownLoss(0, Math.log(ALPHABET), "the symbols before the delimiter");
  }

  @Override
  public void write(SplittableRandom random, SequenceBuffer into) {
    for (int i = 0; i < RECALLED; i++) {
      into.add(random.nextInt(ALPHABET), false);
    }
    for (int i = 0; i < lag; i++) {
      into.add(BLANK, false);
    }
    into.add(DELIMITER, false);
    for (int i = 0; i < RECALLED; i++) {
      into.add(into.id(i), true);
    }
  }
}
