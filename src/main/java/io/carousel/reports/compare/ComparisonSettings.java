package io.carousel.reports.compare;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How big comparisons may be, and how many are kept.
 *
 * @param maxVariants networks of one comparison; more would not be told apart in its figure
 * @param maxTime after which no further network is begun
 * @param retained comparisons kept; the oldest are forgotten
 */
@Validated
@ConfigurationProperties("carousel.comparisons")
record ComparisonSettings(
    @DefaultValue("8") @Min(2) @Max(8) int maxVariants,
    @DefaultValue("2m") Duration maxTime,
    @DefaultValue("100") @Min(1) int retained) {}
