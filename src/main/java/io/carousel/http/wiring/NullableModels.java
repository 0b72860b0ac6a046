package io.carousel.http.wiring;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.carousel.http.Fields;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Schemas of records in which {@code @Nullable} means what it says: null is a value, in a request
 * the same as leaving the field out. The library does not see annotations of types, and of a field
 * that is another schema it says that it is null <em>and</em> that, which nothing is.
 */
@SuppressWarnings({"rawtypes", "unchecked"}) // the library's own
final class NullableModels extends ModelResolver {
  private static final String NULL = "null";

  /** Written as null where they are not finite. */
  private static final Set<Type> FLOATING =
      Set.of(double.class, float.class, Double.class, Float.class);

  private final Map<String, Class<?>> records = new ConcurrentHashMap<>();

  NullableModels(ObjectMapper mapper) {
    super(mapper);
    openapi31(true);
  }

  @Override
  public @Nullable Schema resolve(
      io.swagger.v3.core.converter.AnnotatedType type,
      ModelConverterContext context,
      Iterator<ModelConverter> next) {
    Schema schema = super.resolve(type, context, next);
    Class<?> raw = _mapper.constructType(type.getType()).getRawClass();
    if (schema != null && raw.isRecord()) {
      String name =
          schema.get$ref() == null
              ? schema.getName()
              : schema.get$ref().substring(schema.get$ref().lastIndexOf('/') + 1);
      if (name != null) {
        records.put(name, raw);
      }
    }
    return schema;
  }

  /** Lets null be a value of each field that may be null. */
  void applyTo(Components components) {
    components
        .getSchemas()
        .forEach((name, schema) -> {
          Class<?> record = records.get(name);
          if (record != null && schema.getProperties() != null) {
            Map<String, Schema> fields = schema.getProperties();
            for (RecordComponent component : record.getRecordComponents()) {
              fields.computeIfPresent(
                  name(component), (field, of) -> described(of, component.getAnnotatedType()));
            }
          }
        });
  }

  private static String name(RecordComponent component) {
    JsonProperty given = component.getAccessor().getAnnotation(JsonProperty.class);
    return given == null ? Fields.snakeCase(component.getName()) : given.value();
  }

  /** The schema of a type, in which null is a value wherever the type says so. */
  private static Schema described(Schema schema, AnnotatedType type) {
    if (type instanceof AnnotatedParameterizedType generic) {
      AnnotatedType[] arguments = generic.getAnnotatedActualTypeArguments();
      AnnotatedType last = arguments[arguments.length - 1];
      if (schema.getItems() != null) {
        schema.setItems(described(schema.getItems(), last));
      } else if (schema.getAdditionalProperties() instanceof Schema values) {
        schema.setAdditionalProperties(described(values, last));
      }
    }
    if (type instanceof AnnotatedArrayType array && schema.getItems() != null) {
      schema.setItems(described(schema.getItems(), array.getAnnotatedGenericComponentType()));
    }
    return type.isAnnotationPresent(Nullable.class) || FLOATING.contains(type.getType())
        ? nullable(schema)
        : schema;
  }

  private static Schema nullable(Schema field) {
    if (field.get$ref() != null) {
      JsonSchema nothing = new JsonSchema();
      nothing.addType(NULL);
      Schema choice = new JsonSchema();
      choice.setDescription(field.getDescription());
      choice.addAnyOfItem(new JsonSchema().$ref(field.get$ref()));
      choice.addAnyOfItem(nothing);
      return choice;
    }
    if (field.getTypes() != null) {
      field.addType(NULL);
      if (field.getEnum() != null && !field.getEnum().contains(null)) {
        List<Object> values = new ArrayList<>(field.getEnum());
        values.add(null);
        field.setEnum(values);
      }
    }
    return field;
  }
}
