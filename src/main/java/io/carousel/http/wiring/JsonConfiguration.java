package io.carousel.http.wiring;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.EnumNamingStrategies;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.deser.jdk.NumberDeserializers;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/**
 * JSON as the whole service reads and writes it: snake_case, enums in lower case, nothing guessed
 * on the way in and nothing left out on the way out.
 */
@Configuration(proxyBeanMethods = false)
public class JsonConfiguration {

  @Bean
  static JsonMapperBuilderCustomizer strictJson() {
    return JsonConfiguration::configure;
  }

  /** Applies the service's rules to a mapper. */
  public static void configure(JsonMapper.Builder builder) {
    builder
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .enumNamingStrategy(EnumNamingStrategies.SNAKE_CASE)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(
            DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
            DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
            DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
            DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .withCoercionConfigDefaults(config ->
            config
                .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.EmptyArray, CoercionAction.Fail))
        .withCoercionConfig(
            LogicalType.Textual,
            config ->
                config
                    .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
        .addModule(finiteNumbers());
    EngineMixins.addTo(builder);
  }

  /**
   * A number that is not finite has no JSON form: it is written as null, and neither {@code "NaN"}
   * nor {@code 1e999} is read as one.
   */
  private static SimpleModule finiteNumbers() {
    FiniteDouble scalar = new FiniteDouble();
    FiniteFloat single = new FiniteFloat();
    return new SimpleModule("finite-numbers")
        .addSerializer(Double.class, scalar)
        .addSerializer(double.class, scalar)
        .addSerializer(Float.class, single)
        .addSerializer(float.class, single)
        .addSerializer(double[].class, new FiniteDoubles())
        .addSerializer(float[].class, new FiniteFloats())
        .addDeserializer(Double.class, new FiniteDoubleReader(Double.class, null))
        .addDeserializer(double.class, new FiniteDoubleReader(double.class, 0.0));
  }

  private static void write(JsonGenerator out, double value) {
    if (Double.isFinite(value)) {
      out.writeNumber(value);
    } else {
      out.writeNull();
    }
  }

  private static void write(JsonGenerator out, float value) {
    if (Float.isFinite(value)) {
      out.writeNumber(value); // as a float: 0.1f is 0.1 and not 0.10000000149011612
    } else {
      out.writeNull();
    }
  }

  private static final class FiniteDouble extends ValueSerializer<Double> {
    @Override
    public void serialize(Double value, JsonGenerator out, SerializationContext context) {
      write(out, value.doubleValue());
    }
  }

  private static final class FiniteFloat extends ValueSerializer<Float> {
    @Override
    public void serialize(Float value, JsonGenerator out, SerializationContext context) {
      write(out, value.floatValue());
    }
  }

  private static final class FiniteDoubleReader extends NumberDeserializers.DoubleDeserializer {
    FiniteDoubleReader(Class<Double> type, @Nullable Double empty) {
      super(type, empty);
    }

    @Override
    public Double deserialize(JsonParser in, DeserializationContext context) {
      if (in.hasToken(JsonToken.VALUE_STRING)) {
        return (Double) context.handleWeirdStringValue(handledType(), in.getString(), "a string");
      }
      Double value = super.deserialize(in, context);
      if (!Double.isFinite(value)) {
        String problem = "Numeric value (%s) out of range".formatted(in.getString());
        throw new InputCoercionException(in, problem, in.currentToken(), Double.class);
      }
      return value;
    }
  }

  private static final class FiniteDoubles extends ValueSerializer<double[]> {
    @Override
    public void serialize(double[] values, JsonGenerator out, SerializationContext context) {
      out.writeStartArray();
      for (double value : values) {
        write(out, value);
      }
      out.writeEndArray();
    }
  }

  private static final class FiniteFloats extends ValueSerializer<float[]> {
    @Override
    public void serialize(float[] values, JsonGenerator out, SerializationContext context) {
      out.writeStartArray();
      for (float value : values) {
        write(out, value);
      }
      out.writeEndArray();
    }
  }
}
