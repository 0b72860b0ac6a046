package io.carousel.http;

import static java.util.Objects.requireNonNullElse;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list, newest first.
 *
 * @param object always {@code list}
 */
public record Page<T>(
    String object,
    List<T> data,
    @Nullable String firstId,
    @Nullable String lastId,
    boolean hasMore) {

  private static final int DEFAULT_LIMIT = 20;
  private static final int HIGHEST_LIMIT = 100;

  /**
   * Cuts a page out of a complete list.
   *
   * @param all newest first
   * @throws ProblemException where the limit is out of range
   */
  public static <T> Page<T> of(List<T> all, Function<T, String> id, PageQuery query) {
    int limit = requireNonNullElse(query.limit(), DEFAULT_LIMIT);
    if (limit < 1 || limit > HIGHEST_LIMIT) {
      throw ProblemException.invalid(
          "limit",
          "limit: expected a number from 1 to %d, found %d".formatted(HIGHEST_LIMIT, limit));
    }
    int from = 0;
    if (query.after() != null) {
      while (from < all.size() && !id.apply(all.get(from)).equals(query.after())) {
        from++;
      }
      // An id that is gone (deleted meanwhile) ends the list, so that no pager runs in circles.
      from++;
    }
    int start = Math.min(from, all.size());
    int end = Math.min(start + limit, all.size());
    List<T> data = List.copyOf(all.subList(start, end));
    return new Page<>(
        "list",
        data,
        data.isEmpty() ? null : id.apply(data.getFirst()),
        data.isEmpty() ? null : id.apply(data.getLast()),
        end < all.size());
  }

  /** The page with each element in another form. */
  public <R> Page<R> map(Function<T, R> form) {
    return new Page<>(object, data.stream().map(form).toList(), firstId, lastId, hasMore);
  }
}
