package io.carousel.models;

import io.carousel.engine.nn.ParameterLayout;
import io.carousel.engine.nn.Parameters;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * A parameter with weights that are no numbers to compute with.
 *
 * @param parameter PyTorch's name
 * @param nan how many of its weights are NaN
 * @param infinite how many are infinite
 */
@Schema(name = "NonFiniteWeights")
public record NonFiniteWeights(
    @Schema(example = "rnn.weight_hh_l0") String parameter,
    @Schema(description = "weights that are NaN", example = "1") int nan,
    @Schema(description = "weights that are infinite", example = "0") int infinite) {

  /** Those of a model, in the order of its parameters; none where all weights are finite. */
  public static List<NonFiniteWeights> of(Parameters parameters) {
    return parameters.layout().entries().stream()
        .map(entry -> of(entry, parameters.values()))
        .filter(found -> found.nan > 0 || found.infinite > 0)
        .toList();
  }

  private static NonFiniteWeights of(ParameterLayout.Entry entry, float[] values) {
    int nan = 0;
    int infinite = 0;
    for (int i = entry.offset(); i < entry.offset() + entry.size(); i++) {
      nan += Float.isNaN(values[i]) ? 1 : 0;
      infinite += Float.isInfinite(values[i]) ? 1 : 0;
    }
    return new NonFiniteWeights(entry.name(), nan, infinite);
  }
}
