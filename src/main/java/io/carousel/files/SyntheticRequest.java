package io.carousel.files;

import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.synthetic.SyntheticSpecification;
import io.carousel.engine.synthetic.SyntheticSpecification.Agreement;
import io.carousel.engine.synthetic.SyntheticSpecification.Copy;
import io.carousel.engine.synthetic.SyntheticSpecification.EmbeddedReber;
import io.carousel.engine.synthetic.SyntheticSpecification.Markov;
import io.carousel.engine.synthetic.SyntheticSpecification.Reber;
import io.carousel.engine.synthetic.SyntheticSpecification.TemporalOrder;
import io.carousel.http.Fields;
import io.carousel.http.JsonProblems;
import io.carousel.http.ProblemException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A synthetic corpus as a request gives it, null where it says nothing. The fields stand in the
 * request beside others, so the descriptions that they share stand here.
 */
public record SyntheticRequest(
    @Nullable String task,
    @Nullable Integer count,
    @Nullable Integer length,
    @Nullable Integer lag,
    @Nullable Integer maxAttractors,
    @Nullable Integer order,
    @Nullable Integer symbols,
    @Nullable Long seed) {
  public static final String REBER = "reber";
  public static final String EMBEDDED_REBER = "embedded-reber";
  public static final String TEMPORAL_ORDER = "temporal-order";
  public static final String COPY = "copy";
  public static final String AGREEMENT = "agreement";
  public static final String MARKOV = "markov";

  public static final String ABOUT_TASK =
      "a corpus that is made: `reber`, `embedded-reber` (next symbol of the Reber grammar),"
          + " `temporal-order` (order of two symbols far apart), `copy` (ten symbols again after a"
          + " lag), `agreement` (is or are after a subject and other nouns), `markov` (a random"
          + " chain). Only some positions are scored, and the best possible loss is known.";
  public static final String ABOUT_COUNT =
      "of synthetic: sequences of an epoch, default 10000; each epoch has new ones. At most"
          + " carousel.synthetic.max-count (100000)";
  public static final String ABOUT_LENGTH =
      "of temporal-order: symbols before the class, default 100, at least 10; of markov: symbols of"
          + " a sequence, default 100. At most carousel.synthetic.max-length (4000)";
  public static final String ABOUT_LAG =
      "of copy: blanks between the ten symbols and the delimiter, default 20, at most"
          + " carousel.synthetic.max-length (4000)";
  public static final String ABOUT_MAX_ATTRACTORS =
      "of agreement: nouns between subject and verb at most, default 4, at most"
          + " carousel.synthetic.max-attractors (32)";
  public static final String ABOUT_ORDER =
      "of markov: symbols that the next one depends on, default 2; symbols to the power of order + 1"
          + " at most carousel.synthetic.max-transitions (262144)";
  public static final String ABOUT_SYMBOLS = "of markov: how many there are, default 4, at least 2";
  public static final String ABOUT_SEED =
      "of synthetic: draws the sequences and a chain's probabilities, default the request's seed";

  private static final List<String> TASKS =
      List.of(REBER, EMBEDDED_REBER, TEMPORAL_ORDER, COPY, AGREEMENT, MARKOV);

  /**
   * What it means with all defaults; null where no task and no field of one is given.
   *
   * @param param the request's field that it stands in
   * @param requestSeed that of the request
   * @throws ProblemException 400 where there is no such task, or over a limit
   * @throws IllegalArgumentException of a field
   */
  public @Nullable SyntheticSpecification toSpecification(
      String param, long requestSeed, SyntheticLimits limits) {
    if (task == null) {
      requireOnly(param, "none without synthetic");
      return null;
    }
    if (!TASKS.contains(task)) {
      String field = param + ".synthetic";
      throw ProblemException.invalid(
          field,
          "%s: expected one of %s, found %s"
              .formatted(field, String.join(", ", TASKS), JsonProblems.shown(task)));
    }
    requireOnly(param, "none with synthetic " + task);
    SyntheticSpecification specification =
        Fields.within(param, () -> specification(requestSeed, limits));
    limits.check(param, specification);
    return specification;
  }

  /** No default is above its limit. */
  private SyntheticSpecification specification(long requestSeed, SyntheticLimits limits) {
    int sequences =
        requireNonNullElse(
            count, Math.min(SyntheticSpecification.DEFAULT_COUNT, limits.maxCount()));
    long drawn = requireNonNullElse(seed, requestSeed);
    return switch (String.valueOf(task)) {
      case REBER -> new Reber(sequences, drawn);
      case EMBEDDED_REBER -> new EmbeddedReber(sequences, drawn);
      case TEMPORAL_ORDER ->
          new TemporalOrder(
              requireNonNullElse(
                  length, Math.min(TemporalOrder.DEFAULT_LENGTH, limits.maxLength())),
              sequences,
              drawn);
      case COPY ->
          new Copy(
              requireNonNullElse(lag, Math.min(Copy.DEFAULT_LAG, limits.maxLength())),
              sequences,
              drawn);
      case AGREEMENT ->
          new Agreement(
              requireNonNullElse(
                  maxAttractors,
                  Math.min(Agreement.DEFAULT_MAX_ATTRACTORS, limits.maxAttractors())),
              sequences,
              drawn);
      case MARKOV ->
          new Markov(
              requireNonNullElse(order, Markov.DEFAULT_ORDER),
              requireNonNullElse(symbols, Markov.DEFAULT_SYMBOLS),
              requireNonNullElse(length, Math.min(Markov.DEFAULT_LENGTH, limits.maxLength())),
              sequences,
              drawn);
      default -> throw new IllegalStateException("a task without a specification");
    };
  }

  /** Refuses fields that the task does not have; without a task all of them. */
  private void requireOnly(String param, String expected) {
    boolean any = task != null;
    boolean markov = MARKOV.equals(task);
    requireOnly(param, "count", count, any, expected);
    requireOnly(param, "length", length, markov || TEMPORAL_ORDER.equals(task), expected);
    requireOnly(param, "lag", lag, COPY.equals(task), expected);
    requireOnly(param, "max_attractors", maxAttractors, AGREEMENT.equals(task), expected);
    requireOnly(param, "order", order, markov, expected);
    requireOnly(param, "symbols", symbols, markov, expected);
    requireOnly(param, "seed", seed, any, expected);
  }

  private static void requireOnly(
      String param, String name, @Nullable Number value, boolean belongs, String expected) {
    if (value != null && !belongs) {
      String field = param + "." + name;
      throw ProblemException.invalid(
          field, "%s: expected %s, found %s".formatted(field, expected, value));
    }
  }
}
