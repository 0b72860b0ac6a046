package io.carousel.models;

import static io.carousel.http.Fields.requireAtMost;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.ParameterLayout;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How big a network a request may ask for.
 *
 * @param maxLayers of layers
 * @param maxHiddenSize of hidden_size and embedding_size
 * @param maxReceptiveField how many tokens a prediction of an mlp or conv may see
 * @param maxVocabulary of the symbols that a tokenizer finds or a model brings
 * @param maxParameters of all weights and biases together
 */
@Validated
@ConfigurationProperties("carousel.limits")
public record ArchitectureLimits(
    @DefaultValue("64") @Min(1) int maxLayers,
    @DefaultValue("8192") @Min(1) int maxHiddenSize,
    @DefaultValue("4096") @Min(1) int maxReceptiveField,
    @DefaultValue("1000000") @Min(2) int maxVocabulary,
    @DefaultValue("268435456") @Min(1) int maxParameters) {

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

  /**
   * Refuses a network that is too big with so many symbols.
   *
   * @throws io.carousel.http.ProblemException 400 with the limit and its setting
   */
  public void check(Architecture a, int vocabularySize) {
    check(a);
    requireAtMost("vocabulary", vocabularySize, maxVocabulary, "carousel.limits.max-vocabulary");
    requireAtMost(
        "architecture.parameters",
        ParameterLayout.count(a, vocabularySize),
        maxParameters,
        "carousel.limits.max-parameters");
  }
}
