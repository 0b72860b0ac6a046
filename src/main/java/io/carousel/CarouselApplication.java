package io.carousel;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the service. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class CarouselApplication {

  public static void main(String[] args) {
    SpringApplication.run(CarouselApplication.class, args);
  }
}
