package io.carousel.http;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How long an answer to a request with an {@code Idempotency-Key} is remembered.
 *
 * @param keepFor after which the key is free again
 * @param maxBytes all remembered answers together; the least used go first
 */
@ConfigurationProperties("carousel.idempotency")
public record IdempotencySettings(
    @DefaultValue("24h") Duration keepFor, @DefaultValue("32MB") DataSize maxBytes) {}
