package io.carousel.files;

import static io.carousel.http.Fields.requireAtMost;

import io.carousel.engine.synthetic.SyntheticSpecification;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How big a synthetic corpus a request may ask for. Sequences are made when they are needed, so it
 * is their time that is bounded, and the memory of a single one.
 *
 * @param maxCount of count
 * @param maxLength of length and lag
 * @param maxAttractors of max_attractors
 * @param maxTransitions probabilities of a Markov chain: symbols to the power of order + 1
 */
@Validated
@ConfigurationProperties("carousel.synthetic")
public record SyntheticLimits(
    @DefaultValue("100000") @Min(1) int maxCount,
    @DefaultValue("4000") @Min(10) @Max(1_000_000) int maxLength,
    @DefaultValue("32") @Min(0) @Max(1000) int maxAttractors,
    @DefaultValue("262144") @Min(4) @Max(1 << 28) int maxTransitions) {

  /** The defaults. */
  public static final SyntheticLimits DEFAULT = new SyntheticLimits(100_000, 4000, 32, 262_144);

  /**
   * Refuses what is too big.
   *
   * @param param the request's field that the corpus stands in
   * @throws io.carousel.http.ProblemException 400 with the limit and its setting
   */
  void check(String param, SyntheticSpecification asked) {
    String setting = "carousel.synthetic.max-";
    requireAtMost(param + ".count", asked.count(), maxCount, setting + "count");
    switch (asked) {
      case SyntheticSpecification.Reber reber -> {}
      case SyntheticSpecification.EmbeddedReber embedded -> {}
      case SyntheticSpecification.TemporalOrder order ->
          requireAtMost(param + ".length", order.length(), maxLength, setting + "length");
      case SyntheticSpecification.Copy copy ->
          requireAtMost(param + ".lag", copy.lag(), maxLength, setting + "length");
      case SyntheticSpecification.Agreement agreement ->
          requireAtMost(
              param + ".max_attractors",
              agreement.maxAttractors(),
              maxAttractors,
              setting + "attractors");
      case SyntheticSpecification.Markov markov -> {
        requireAtMost(param + ".length", markov.length(), maxLength, setting + "length");
        long transitions = (long) Math.min(markov.transitions(), Long.MAX_VALUE);
        requireAtMost(param + ".order", transitions, maxTransitions, setting + "transitions");
      }
    }
  }
}
