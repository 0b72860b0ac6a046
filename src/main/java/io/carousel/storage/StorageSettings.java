package io.carousel.storage;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where what has to last is kept.
 *
 * @param directory made at start where it is not there; {@code files}, {@code models} and what is
 *     not complete yet lie below it
 */
@ConfigurationProperties("carousel.storage")
public record StorageSettings(@DefaultValue("carousel-data") Path directory) {}
