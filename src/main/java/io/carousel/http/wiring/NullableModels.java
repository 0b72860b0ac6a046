package io.carousel.http.wiring;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.carousel.http.Fields;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
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

  private final Map<String, Class<?>> records = new ConcurrentHashMap<>();

  NullableModels(ObjectMapper mapper) {
    super(mapper);
    openapi31(true);
  }

  @Override
  public @Nullable Schema resolve(
      AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> next) {
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
            for (RecordComponent component : record.getRecordComponents()) {
              if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                ((Map<String, Schema>) schema.getProperties())
                    .computeIfPresent(
                        Fields.snakeCase(component.getName()), (field, of) -> nullable(of));
              }
            }
          }
        });
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
