package io.carousel.jobs.run;

import io.carousel.engine.gradient.report.Verdict;
import io.carousel.jobs.state.VerdictTurn;
import io.carousel.jobs.state.VerdictTurn.Change;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Remembers which verdicts hold, and says what turns. */
final class VerdictTracker {
  private Map<Verdict.Code, Verdict> holding = new EnumMap<>(Verdict.Code.class);

  /**
   * Compares with the time before.
   *
   * @param now all verdicts that hold
   * @param report that says so, or null
   * @return what no longer holds, then what is new
   */
  List<VerdictTurn> turn(List<Verdict> now, long step, @Nullable String report) {
    Map<Verdict.Code, Verdict> next = new EnumMap<>(Verdict.Code.class);
    now.forEach(verdict -> next.putIfAbsent(verdict.code(), verdict));
    List<VerdictTurn> turns = new ArrayList<>();
    holding.forEach((code, verdict) -> {
      if (!next.containsKey(code)) {
        turns.add(VerdictTurn.of(verdict, Change.DISAPPEARED, step, report));
      }
    });
    next.forEach((code, verdict) -> {
      if (!holding.containsKey(code)) {
        turns.add(VerdictTurn.of(verdict, Change.APPEARED, step, report));
      }
    });
    holding = next;
    return turns;
  }
}
