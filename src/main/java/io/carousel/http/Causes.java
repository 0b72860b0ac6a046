package io.carousel.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What lies beneath an exception that others have wrapped. */
public final class Causes {
  private Causes() {}

  /** The exception, its cause, the cause of that, and so on. */
  public static List<Throwable> of(Throwable e) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      causes.add(cause);
    }
    return causes;
  }

  /** The outermost of them that is of a type, or null. */
  public static <T extends Throwable> @Nullable T find(Throwable e, Class<T> type) {
    return of(e).stream().filter(type::isInstance).map(type::cast).findFirst().orElse(null);
  }
}
