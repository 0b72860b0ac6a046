package io.carousel.models;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How models are held.
 *
 * @param cacheBytes weights kept in memory for the next request; a single model that is bigger is
 *     loaded for each
 */
@ConfigurationProperties("carousel.models")
public record ModelSettings(@DefaultValue("1GB") DataSize cacheBytes) {}
