package io.carousel.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultsTest {

  /** A stored model or a request may touch a record before anything touches its interface. */
  @ParameterizedTest
  @CsvSource({
    "GradientClipping, GlobalNorm",
    "GradientClipping, Value",
    "Optimizer, Adam",
    "Optimizer, Sgd",
    "Optimizer, RmsProp",
    "Optimizer, AdamW",
    "Schedule, Linear",
    "Schedule, Cosine"
  })
  void default_recordInitialisedFirst_isThere(String type, String record) throws Exception {
    String name = "io.carousel.engine.train." + type;
    URL classes = Optimizer.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader fresh =
        new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
      Class.forName(name + "$" + record, true, fresh);
      Object found = Class.forName(name, true, fresh).getField("DEFAULT").get(null);
      assertThat(found).isNotNull();
    }
  }
}
