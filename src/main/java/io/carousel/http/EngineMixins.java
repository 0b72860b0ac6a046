package io.carousel.http;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.carousel.engine.train.GradientClipping;
import io.carousel.engine.train.Optimizer;
import io.carousel.engine.train.Schedule;
import tools.jackson.databind.json.JsonMapper;

/**
 * The names that the engine's sealed specifications bear in JSON, in the field {@code type}. They
 * stand here because the engine knows nothing of JSON.
 */
final class EngineMixins {
  private EngineMixins() {}

  static void addTo(JsonMapper.Builder builder) {
    builder
        .addMixIn(Optimizer.class, OptimizerMixin.class)
        .addMixIn(Schedule.class, ScheduleMixin.class)
        .addMixIn(GradientClipping.class, GradientClippingMixin.class);
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
