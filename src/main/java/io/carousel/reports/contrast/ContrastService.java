package io.carousel.reports.contrast;

import io.carousel.engine.gradient.GradientDiagnostics;
import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.cell.ModelWeights;
import io.carousel.engine.gradient.report.Flags;
import io.carousel.engine.gradient.sequence.LogitContrast;
import io.carousel.http.ProblemException;
import io.carousel.http.ResourceIds;
import io.carousel.models.Model;
import io.carousel.reports.ReportService;
import io.carousel.reports.VariantProblems;
import io.carousel.reports.Variants;
import io.carousel.reports.contrast.ContrastRequest.Forms;
import io.carousel.reports.contrast.ContrastRequest.Input;
import io.carousel.reports.contrast.ContrastRequest.Variant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Measures the gradient of a contrast in several models and puts them side by side. */
@Service
class ContrastService {
  private final ContrastReader reader;
  private final ReportService reports;
  private final ContrastStore store;
  private final ContrastSettings settings;

  ContrastService(
      ContrastReader reader,
      ReportService reports,
      ContrastStore store,
      ContrastSettings settings) {
    this.reader = reader;
    this.reports = reports;
    this.store = store;
    this.settings = settings;
  }

  /**
   * Measures a contrast and keeps it; where one model fails nothing is kept.
   *
   * @throws ProblemException 400, 404, 422, or 429 where too many wait
   */
  Contrast create(ContrastRequest request) {
    List<Variant> variants =
        Variants.given(
            request.variants(), 1, settings.maxVariants(), "carousel.contrasts.max-variants");
    List<String> names = new ArrayList<>();
    for (Variant variant : variants) {
      names.add(Variants.name(variant.name(), names));
    }
    Input input = ContrastReader.input(request.input());
    Forms forms = ContrastReader.forms(request.contrast());
    if (request.subject() == null) {
      throw ProblemException.invalid(
          "subject", "subject: expected a position or a token of the input, found null");
    }
    VariantProblems problems = new VariantProblems(names);
    // Reading weights, tokenising and the gradients: all that computes, in the pool.
    Contrast contrast =
        reports.inTurn(() -> {
          List<Reading> readings = new ArrayList<>();
          for (int i = 0; i < variants.size(); i++) {
            int next = i;
            problems.of(
                i,
                () -> readings.add(reader.read(names.get(next), variants.get(next), input, forms)));
            problems.of(i, () -> requireMemory(readings.getLast()));
          }
          return measured(request, forms, prefix(readings, problems), readings, problems);
        });
    store.add(contrast);
    return contrast;
  }

  private static Prefix prefix(List<Reading> readings, VariantProblems problems) {
    List<Prefix> prefixes = new ArrayList<>();
    prefixes.add(Prefix.of(readings.getFirst()));
    for (int i = 1; i < readings.size(); i++) {
      int next = i;
      problems.of(
          i,
          () ->
              prefixes.add(prefixes.getLast().and(readings.get(next), readings.subList(0, next))));
    }
    return prefixes.getLast();
  }

  /** By the estimate for a report on the input alone, which computes this and more. */
  private void requireMemory(Reading reading) {
    Model model = reading.model();
    long needed =
        GradientDiagnostics.estimateBytes(
            model.architecture(), model.tokenizer().vocabulary().size(), reading.ids().length, 1);
    if (needed > reports.analysisBytes()) {
      throw ProblemException.unprocessable(
          "out_of_memory_budget",
          "model",
          ("model: a report on this input would need about %d bytes, and may need at most %d (the"
                  + " setting carousel.reports.max-bytes). Expected a smaller model or a shorter"
                  + " input.")
              .formatted(needed, reports.analysisBytes()));
    }
  }

  private static Contrast measured(
      ContrastRequest request,
      Forms forms,
      Prefix prefix,
      List<Reading> readings,
      VariantProblems problems) {
    int subject = prefix.position("subject", request.subject());
    List<Integer> attractors = prefix.attractors(request.attractors(), subject);
    Integer nearest = attractors.isEmpty() ? null : attractors.getLast();
    List<ContrastRow> rows = new ArrayList<>();
    List<Contrast.Series> series = new ArrayList<>();
    for (int i = 0; i < readings.size(); i++) {
      Reading reading = readings.get(i);
      problems.of(
          i,
          () -> {
            DoubleWeights weights = DoubleWeights.of(reading.model().parameters());
            LogitContrast contrast =
                LogitContrast.of(
                    new ModelWeights(weights), reading.ids(), reading.expected(), reading.other());
            rows.add(row(reading, contrast, subject, nearest));
            series.add(series(reading, contrast));
          });
    }
    return new Contrast(
        ResourceIds.next("contrast"),
        "gradient_report.contrast",
        Instant.now().getEpochSecond(),
        String.valueOf(forms.expected()),
        String.valueOf(forms.other()),
        prefix.tokens(),
        subject,
        attractors,
        nearest,
        List.copyOf(rows),
        List.copyOf(series));
  }

  private static ContrastRow row(
      Reading reading, LogitContrast contrast, int subject, @Nullable Integer attractor) {
    Flags flags = new Flags();
    double[] norms = contrast.gradientNorms();
    double[] pushes = contrast.gradientTimesInput();
    return new ContrastRow(
        reading.name(),
        reading.model().id(),
        reading.model().architecture(),
        flags.number("log_odds", contrast.logOdds()),
        flags.number("expected_probability", contrast.expectedProbability()),
        flags.number("other_probability", contrast.otherProbability()),
        contrast.logOdds() > 0,
        flags.number("subject_gradient", norms[subject]),
        attractor == null ? null : flags.number("attractor_gradient", norms[attractor]),
        attractor == null ? null : flags.number("ratio", norms[subject] / norms[attractor]),
        flags.number("subject_gradient_times_input", pushes[subject]),
        attractor == null
            ? null
            : flags.number("attractor_gradient_times_input", pushes[attractor]),
        flags.list());
  }

  private static Contrast.Series series(Reading reading, LogitContrast contrast) {
    Flags flags = new Flags();
    return new Contrast.Series(
        reading.name(),
        flags.numbers("gradient_norm", contrast.gradientNorms()),
        flags.numbers("gradient_times_input", contrast.gradientTimesInput()),
        flags.numbers("state_gradient_norm", contrast.stateGradientNorms()),
        IntStream.range(0, reading.ids().length).filter(k -> !reading.knows(k)).boxed().toList(),
        flags.list());
  }
}
