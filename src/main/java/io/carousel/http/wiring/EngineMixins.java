package io.carousel.http.wiring;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.carousel.engine.train.GradientClipping;
import io.carousel.engine.train.Optimizer;
import io.carousel.engine.train.Schedule;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * The names that the engine's sealed specifications bear in JSON, in the field {@code type}. They
 * stand here because the engine knows nothing of JSON.
 */
final class EngineMixins {
  private static final Map<Class<?>, Class<?>> MIXINS =
      Map.of(
          Optimizer.class, OptimizerMixin.class,
          Schedule.class, ScheduleMixin.class,
          GradientClipping.class, GradientClippingMixin.class);

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

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = GradientClipping.None.class, name = "none"),
    @JsonSubTypes.Type(value = GradientClipping.GlobalNorm.class, name = "global_norm"),
    @JsonSubTypes.Type(value = GradientClipping.Value.class, name = "value")
  })
  private interface GradientClippingMixin {}
}
