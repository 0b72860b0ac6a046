package io.carousel.http;

import io.carousel.http.wiring.JsonConfiguration;
import io.carousel.storage.StorageSettings;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/** What a slice test needs beside its controller to answer as the service does. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Import({JsonConfiguration.class, ProblemWriter.class})
@EnableConfigurationProperties({
  LimitSettings.class,
  SecuritySettings.class,
  CorsSettings.class,
  IdempotencySettings.class,
  StorageSettings.class,
  TimeoutSettings.class
})
public @interface HttpSlice {}
