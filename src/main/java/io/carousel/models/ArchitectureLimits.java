package io.carousel.models;

import static io.carousel.http.Fields.requireAtMost;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How big an architecture a request may ask for.
 *
 * @param maxLayers of layers
 * @param maxHiddenSize of hidden_size and embedding_size
 * @param maxReceptiveField how many tokens a prediction of an mlp or conv may see
 */
@Validated
@ConfigurationProperties("carousel.limits")
public record ArchitectureLimits(
    @DefaultValue("64") @Min(1) int maxLayers,
    @DefaultValue("8192") @Min(1) int maxHiddenSize,
    @DefaultValue("4096") @Min(1) int maxReceptiveField) {

  /**
   * Refuses what is too big.
   *
   * @throws io.carousel.http.ProblemException 400 with the limit and its setting
   */
  public void check(Architecture a) {
    requireAtMost("architecture.layers", a.layers(), maxLayers, "carousel.limits.max-layers");
    String setting = "carousel.limits.max-hidden-size";
    requireAtMost("architecture.hidden_size", a.hiddenSize(), maxHiddenSize, setting);
    requireAtMost("architecture.embedding_size", a.embeddingSize(), maxHiddenSize, setting);
    if (!a.cell().recurrent()) {
      requireAtMost(
          a.cell() == CellType.MLP ? "architecture.context_size" : "architecture.receptive_field",
          a.receptiveField(),
          maxReceptiveField,
          "carousel.limits.max-receptive-field");
    }
  }
}
