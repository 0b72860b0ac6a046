package io.carousel.reports;

import io.carousel.http.ProblemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Results in memory, by their ids; the oldest are forgotten where there are too many. */
public abstract class RetainedResults<T> {
  private final String kind;
  private final Function<T, String> id;
  private final int most;
  private final ToLongFunction<T> size;
  private final long mostBytes;
  private final LinkedHashMap<String, T> results = new LinkedHashMap<>(); // oldest first
  private long bytes;

  /**
   * Opens a store that is bounded by number alone.
   *
   * @param kind of the results, for an error
   * @param most how many are kept, at least 1
   */
  protected RetainedResults(String kind, Function<T, String> id, int most) {
    this(kind, id, most, result -> 0, Long.MAX_VALUE);
  }

  /**
   * Opens a store that is bounded by number and memory.
   *
   * @param size of a result in bytes
   * @param mostBytes of all results
   */
  protected RetainedResults(
      String kind, Function<T, String> id, int most, ToLongFunction<T> size, long mostBytes) {
    this.kind = kind;
    this.id = id;
    this.most = most;
    this.size = size;
    this.mostBytes = mostBytes;
  }

  /** Keeps a result; the newest is kept whatever it takes. */
  public final synchronized void add(T result) {
    results.put(id.apply(result), result);
    bytes += size.applyAsLong(result);
    while (results.size() > 1 && (results.size() > most || bytes > mostBytes)) {
      bytes -= size.applyAsLong(results.pollFirstEntry().getValue());
    }
  }

  /**
   * The result of that id.
   *
   * @throws ProblemException 404 where there is none
   */
  public final synchronized T get(String id) {
    T result = results.get(id);
    if (result == null) {
      throw ProblemException.notFound(kind, id);
    }
    return result;
  }

  public final synchronized boolean has(String id) {
    return results.containsKey(id);
  }

  public final synchronized List<T> newestFirst() {
    return new ArrayList<>(results.reversed().values());
  }

  /**
   * Forgets a result.
   *
   * @throws ProblemException 404 where there is none
   */
  public final synchronized void delete(String id) {
    bytes -= size.applyAsLong(get(id));
    results.remove(id);
  }

  /** As {@link #delete}, but leaves it at that where there is none. */
  public final synchronized void forget(String id) {
    if (has(id)) {
      delete(id);
    }
  }
}
