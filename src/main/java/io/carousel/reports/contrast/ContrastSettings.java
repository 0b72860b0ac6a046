package io.carousel.reports.contrast;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How big contrasts may be, and how many are kept.
 *
 * @param maxVariants models of one contrast; more would not be told apart in its figure
 * @param maxTokens of the input
 * @param retained contrasts kept; the oldest are forgotten
 */
@Validated
@ConfigurationProperties("carousel.contrasts")
record ContrastSettings(
    @DefaultValue("8") @Min(1) @Max(8) int maxVariants,
    @DefaultValue("512") @Min(1) @Max(100_000) int maxTokens,
    @DefaultValue("100") @Min(1) int retained) {}
