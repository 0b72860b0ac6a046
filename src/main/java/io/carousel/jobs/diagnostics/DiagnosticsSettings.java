package io.carousel.jobs.diagnostics;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What gradient reports may cost a job.
 *
 * @param maxShare share of a run's time that reports may take; one that would come while they have
 *     had more is skipped
 * @param freeTime that they may take beside that, so that a short run has reports as well
 * @param retained whole reports kept of one job; older ones are thinned out
 * @param points of a job's series of horizons; where there are more, they are thinned out
 */
@Validated
@ConfigurationProperties("carousel.jobs.diagnostics")
public record DiagnosticsSettings(
    @DefaultValue("0.2") @Positive @DecimalMax("1") double maxShare,
    @DefaultValue("5s") Duration freeTime,
    @DefaultValue("16") @Min(2) @Max(1000) int retained,
    @DefaultValue("400") @Min(16) @Max(100_000) int points) {}
