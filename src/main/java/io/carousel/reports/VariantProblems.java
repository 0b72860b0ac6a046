package io.carousel.reports;

import io.carousel.http.Fields;
import io.carousel.http.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Says of an error of one of several networks of which one it is. */
public final class VariantProblems {
  /** Fields that all networks of a request have in common. */
  private static final Set<String> SHARED = Set.of("input", "contrast");

  private final List<String> names;

  public VariantProblems(List<String> names) {
    this.names = names;
  }

  /** Does something for the network at an index. */
  public void of(int index, Runnable work) {
    try {
      work.run();
    } catch (ProblemException e) {
      throw within(index, e);
    } catch (IllegalArgumentException e) {
      String field = Fields.specificationField(e);
      if (field == null) {
        throw e;
      }
      throw within(index, ProblemException.invalid(field, String.valueOf(e.getMessage())));
    }
  }

  /**
   * Refuses to begin with a network when the time is over.
   *
   * @throws ProblemException 422
   */
  void requireTime(int index, Duration taken, Duration allowed) {
    if (taken.compareTo(allowed) > 0) {
      throw within(
          index,
          ProblemException.unprocessable(
              "deadline_exceeded",
              null,
              ("expected all reports to be begun within %d s (the setting"
                      + " carousel.comparisons.max-time), found %d of %d made after %d s; none is"
                      + " kept. Fewer variants or a smaller sequence_length, batch_size or"
                      + " hidden_size take less.")
                  .formatted(allowed.toSeconds(), index, names.size(), taken.toSeconds())));
    }
  }

  private ProblemException within(int index, ProblemException e) {
    String at = "variants[%d]".formatted(index);
    String param = e.param();
    boolean shared = param != null && SHARED.contains(param.split("[.\\[]", 2)[0]);
    return new ProblemException(
        e.status(),
        e.code(),
        param == null ? at : shared ? param : at + "." + param,
        "%s (%s): %s".formatted(at, names.get(index), e.getMessage()));
  }
}
