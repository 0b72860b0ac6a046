package io.carousel.jobs.state;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How jobs are run and kept.
 *
 * @param queueCapacity jobs that may wait; one more is answered with 429
 * @param concurrency jobs that run at a time
 * @param retained ended jobs that are kept; the oldest are forgotten
 * @param retainedBytes what ended jobs may take together, by estimate; the oldest are forgotten
 * @param metricPoints most points of a job's series of steps
 * @param eventStreams most event streams open at a time
 * @param heartbeat pause after which an event stream sends a comment, to keep the connection
 * @param logInterval pause between two lines on a running job in the log
 * @param shutdownGrace how long a stop waits for running jobs to notice it
 */
@Validated
@ConfigurationProperties("carousel.jobs")
public record JobSettings(
    @DefaultValue("16") @Min(1) @Max(100_000) int queueCapacity,
    @DefaultValue("1") @Min(1) @Max(64) int concurrency,
    @DefaultValue("1000") @Min(1) int retained,
    @DefaultValue("64MB") DataSize retainedBytes,
    @DefaultValue("400") @Min(16) @Max(100_000) int metricPoints,
    @DefaultValue("256") @Min(1) int eventStreams,
    @DefaultValue("15s") Duration heartbeat,
    @DefaultValue("5s") Duration logInterval,
    @DefaultValue("20s") Duration shutdownGrace) {}
