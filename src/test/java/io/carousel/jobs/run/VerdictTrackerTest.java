package io.carousel.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.gradient.report.Verdict.Code;
import io.carousel.jobs.state.JobEvent.Level;
import io.carousel.jobs.state.VerdictTurn;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VerdictTrackerTest {
  private final VerdictTracker tracker = new VerdictTracker();

  private List<String> turn(long step, Code... codes) {
    List<Verdict> verdicts =
        Stream.of(codes)
            .map(code ->
                new Verdict(
                    code,
                    code == Code.HEALTHY ? Verdict.INFO : Verdict.WARNING,
                    1,
                    "rule",
                    null,
                    null,
                    List.of(),
                    "Because.",
                    List.of(),
                    List.of()))
            .toList();
    return tracker.turn(verdicts, step, "report-" + step).stream()
        .map(turn -> turn.level() + " " + turn.message())
        .toList();
  }

  @Test
  void turn_whatComesAndGoes_isSaidOnceEach() {
    assertThat(turn(0, Code.VANISHING_TIME))
        .containsExactly("WARN Step 0: VANISHING_TIME (warning). Because.");
    assertThat(turn(10, Code.VANISHING_TIME)).isEmpty();
    assertThat(turn(20, Code.HEALTHY))
        .containsExactly(
            "INFO Step 20: VANISHING_TIME no longer holds",
            "INFO Step 20: HEALTHY (info). Because.");
    assertThat(turn(30, Code.EXPLODING_TIME, Code.VANISHING_TIME))
        .containsExactly(
            "INFO Step 30: HEALTHY no longer holds",
            "WARN Step 30: VANISHING_TIME (warning). Because.",
            "WARN Step 30: EXPLODING_TIME (warning). Because.");
    assertThat(turn(40)).hasSize(2).allMatch(m -> m.startsWith(Level.INFO + " Step 40: "));
  }

  @Test
  void turn_report_isNamed() {
    turn(0, Code.HEALTHY);
    List<VerdictTurn> turns = tracker.turn(List.of(), 7, "report-7");
    assertThat(turns).extracting(VerdictTurn::report).containsExactly("report-7");
    assertThat(turns).extracting(VerdictTurn::step).containsExactly(7L);
  }
}
