package io.carousel.http.wiring;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.carousel.engine.synthetic.SyntheticSpecification;
import io.carousel.engine.train.GradientClipping;
import io.carousel.engine.train.Optimizer;
import io.carousel.engine.train.Schedule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/**
 * The names that the engine's sealed specifications bear in JSON, in the field {@code type} or, of
 * a corpus, {@code synthetic}. They stand here because the engine knows nothing of JSON.
 */
final class EngineMixins {
  private static final Map<Class<?>, Class<?>> MIXINS =
      Map.of(
          Optimizer.class, OptimizerMixin.class,
          Schedule.class, ScheduleMixin.class,
          GradientClipping.class, GradientClippingMixin.class,
          SyntheticSpecification.class, SyntheticMixin.class);

  private EngineMixins() {}

  static void addTo(JsonMapper.Builder builder) {
    MIXINS.forEach(builder::addMixIn);
  }

  /** The sealed specifications, and of each its records by name. */
  static Map<Class<?>, Map<String, Class<?>>> names() {
    Map<Class<?>, Map<String, Class<?>>> names = new LinkedHashMap<>();
    MIXINS.forEach((type, mixin) -> {
      Map<String, Class<?>> records = new LinkedHashMap<>();
      for (JsonSubTypes.Type subtype : mixin.getAnnotation(JsonSubTypes.class).value()) {
        records.put(subtype.name(), subtype.value());
      }
      names.put(type, records);
    });
    return names;
  }

  /** The field that tells the records of a specification apart. */
  static String property(Class<?> type) {
    Class<?> mixin = Objects.requireNonNull(MIXINS.get(type));
    return mixin.getAnnotation(JsonTypeInfo.class).property();
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Optimizer.Sgd.class, name = "sgd"),
    @JsonSubTypes.Type(value = Optimizer.RmsProp.class, name = "rmsprop"),
    @JsonSubTypes.Type(value = Optimizer.Adam.class, name = "adam"),
    @JsonSubTypes.Type(value = Optimizer.AdamW.class, name = "adamw")
  })
  private interface OptimizerMixin {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Schedule.Constant.class, name = "constant"),
    @JsonSubTypes.Type(value = Schedule.Linear.class, name = "linear"),
    @JsonSubTypes.Type(value = Schedule.Cosine.class, name = "cosine")
  })
  private interface ScheduleMixin {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "synthetic")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = SyntheticSpecification.Reber.class, name = "reber"),
    @JsonSubTypes.Type(value = SyntheticSpecification.EmbeddedReber.class, name = "embedded-reber"),
    @JsonSubTypes.Type(value = SyntheticSpecification.TemporalOrder.class, name = "temporal-order"),
    @JsonSubTypes.Type(value = SyntheticSpecification.Copy.class, name = "copy"),
    @JsonSubTypes.Type(value = SyntheticSpecification.Agreement.class, name = "agreement"),
    @JsonSubTypes.Type(value = SyntheticSpecification.Markov.class, name = "markov")
  })
  private interface SyntheticMixin {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = GradientClipping.None.class, name = "none"),
    @JsonSubTypes.Type(value = GradientClipping.GlobalNorm.class, name = "global_norm"),
    @JsonSubTypes.Type(value = GradientClipping.Value.class, name = "value")
  })
  private interface GradientClippingMixin {}
}
