package io.carousel.engine.synthetic;

import io.carousel.engine.tokens.SequenceBuffer;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** See {@link SyntheticSpecification.TemporalOrder}. */
final class TemporalOrderTask implements Task {
  private static final List<String> SYMBOLS =
      List.of("A", "B", "c", "d", "e", "f", "Q", "R", "S", "U");
  private static final int FIRST_DISTRACTOR = SYMBOLS.indexOf("c");
  private static final int DISTRACTORS = 4;
  private static final int FIRST_CLASS = SYMBOLS.indexOf("Q");
  private static final int CLASSES = 4;

  private final int length;

  TemporalOrderTask(int length) {
    this.length = length;
  }

  @Override
  public List<String> symbols() {
    return SYMBOLS;
  }

  @Override
  public OptionalInt longest() {
    return OptionalInt.of(length + 1);
  }

  @Override
  public KnownLoss knownLoss() {
    return new KnownLoss(0, Math.log(CLASSES), "both relevant symbols");
  }

  @Override
  public void write(SplittableRandom random, SequenceBuffer into) {
    int firstPlace = tenth(1) + random.nextInt(tenth(2) - tenth(1));
    int secondPlace = tenth(5) + random.nextInt(tenth(6) - tenth(5));
    int first = random.nextInt(2);
    int second = random.nextInt(2);
    for (int place = 0; place < length; place++) {
      into.add(
          place == firstPlace
              ? first
              : place == secondPlace ? second : FIRST_DISTRACTOR + random.nextInt(DISTRACTORS),
          false);
    }
    into.add(FIRST_CLASS + 2 * first + second, true);
  }

  /** The first place at or after so many tenths of the sequence. */
  private int tenth(int tenths) {
    return Math.ceilDiv(tenths * length, 10);
  }
}
