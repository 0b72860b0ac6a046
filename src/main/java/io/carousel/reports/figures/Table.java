package io.carousel.reports.figures;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The data of a layer of a plot, by named columns; null is a gap. */
final class Table {
  private final List<String> names;
  private final List<List<@Nullable Object>> columns = new ArrayList<>();

  Table(String... names) {
    this.names = List.of(names);
    for (int i = 0; i < names.length; i++) {
      columns.add(new ArrayList<>());
    }
  }

  Table row(@Nullable Object... values) {
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(
          "row: expected %d values, found %d".formatted(columns.size(), values.length));
    }
    for (int i = 0; i < values.length; i++) {
      columns.get(i).add(values[i]);
    }
    return this;
  }

  boolean isEmpty() {
    return columns.getFirst().isEmpty();
  }

  Map<String, Object> columns() {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      map.put(names.get(i), columns.get(i));
    }
    return map;
  }
}
