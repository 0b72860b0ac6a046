package io.carousel.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.tokens.TokenizerType;
import io.carousel.http.ProblemException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class ReportStoreTest {
  private final ReportStore store =
      new ReportStore(new ReportSettings(64, 8, null, 1, 3, DataSize.ofBytes(100)));

  private static StoredReport report(String id, long bytes) {
    return new StoredReport(
        id,
        0,
        null,
        null,
        Architecture.DEFAULT,
        TokenizerType.CHAR,
        2,
        1,
        "scalar",
        Set.of(),
        mock(GradientReport.class),
        bytes);
  }

  private void add(String id, long bytes) {
    store.add(report(id, bytes));
  }

  @Test
  void add_moreThanTheNumber_forgetsTheOldest() {
    for (String id : new String[] {"a", "b", "c", "d"}) {
      add(id, 1);
    }
    assertThat(store.newestFirst()).extracting(StoredReport::id).containsExactly("d", "c", "b");
  }

  @Test
  void add_moreThanTheBytes_forgetsTheOldestButKeepsTheNewest() {
    add("a", 60);
    add("b", 60);
    assertThat(store.newestFirst()).extracting(StoredReport::id).containsExactly("b");
    add("c", 1000);
    assertThat(store.newestFirst()).extracting(StoredReport::id).containsExactly("c");
  }

  @Test
  void delete_makesRoomAndIsGone() {
    add("a", 60);
    store.delete("a");
    add("b", 60);
    add("c", 40);
    assertThat(store.newestFirst()).hasSize(2);
    assertThatThrownBy(() -> store.get("a")).isInstanceOf(ProblemException.class);
    assertThatThrownBy(() -> store.delete("a")).isInstanceOf(ProblemException.class);
  }
}
