package io.carousel.http;

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

  /**
   * Cuts a page out of a complete list.
   *
   * @param all newest first
   * @param after id of the last element of the page before, or null
   * @param limit 1–100
   * @throws ProblemException where the limit is out of range
   */
  public static <T> Page<T> of(
      List<T> all, Function<T, String> id, @Nullable String after, int limit) {
    if (limit < 1 || limit > 100) {
      throw ProblemException.invalid(
          "limit", "limit: expected a number from 1 to 100, found " + limit);
    }
    int from = 0;
    if (after != null) {
      while (from < all.size() && !id.apply(all.get(from)).equals(after)) {
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
}
