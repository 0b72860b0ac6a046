package io.carousel.models;

import static io.carousel.http.Fields.requireAtMost;

import io.carousel.engine.nn.Architecture;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How big an architecture a request may ask for.
 *
 * @param maxLayers of layers
 * @param maxHiddenSize of hidden_size and embedding_size
 */
@Validated
@ConfigurationProperties("carousel.limits")
public record ArchitectureLimits(
    @DefaultValue("64") @Min(1) int maxLayers, @DefaultValue("8192") @Min(1) int maxHiddenSize) {

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
  }
}
