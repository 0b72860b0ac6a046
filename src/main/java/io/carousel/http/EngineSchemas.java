package io.carousel.http;

import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.media.Discriminator;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What springdoc cannot see of the engine's types, as they bear no annotations. */
final class EngineSchemas {
  private EngineSchemas() {}

  static void addTo(Components components) {
    EngineMixins.names()
        .forEach((type, records) -> {
          if (components.getSchemas().containsKey(type.getSimpleName())) {
            components.addSchemas(type.getSimpleName(), oneOf(type, records, components));
          }
        });
    // The annotation processor knows enums by their Java names only.
    components.getSchemas().values().forEach(EngineSchemas::lowerCaseEnums);
  }

  /** A sealed interface is one of its records, told apart by {@code type}. */
  private static Schema<?> oneOf(
      Class<?> type, Map<String, Class<?>> records, Components components) {
    Schema<?> choice = new Schema<>();
    Discriminator discriminator = new Discriminator().propertyName("type");
    records.forEach((name, record) -> {
      String schemaName = type.getSimpleName() + record.getSimpleName();
      String reference = "#/components/schemas/" + schemaName;
      Schema<?> schema =
          ModelConverters.getInstance(true).readAll(record).get(record.getSimpleName());
      Schema<?> described = schema == null ? new Schema<>() : schema;
      described.addType("object");
      described.addProperty("type", new StringSchema()._enum(List.of(name)));
      described.addRequiredItem("type");
      components.addSchemas(schemaName, described);
      choice.addOneOfItem(new Schema<>().$ref(reference));
      discriminator.mapping(name, reference);
    });
    choice.setDiscriminator(discriminator);
    return choice;
  }

  @SuppressWarnings({"rawtypes", "unchecked"})
  private static void lowerCaseEnums(Schema schema) {
    if (schema.getEnum() != null) {
      List<Object> values = new ArrayList<>();
      for (Object value : schema.getEnum()) {
        boolean constant = value instanceof String text && text.matches("[A-Z][A-Z0-9_]*");
        values.add(constant ? value.toString().toLowerCase(Locale.ROOT) : value);
      }
      schema.setEnum(values);
    }
    if (schema.getItems() != null) {
      lowerCaseEnums(schema.getItems());
    }
    Map<String, Schema> properties = schema.getProperties();
    if (properties != null) {
      properties.values().forEach(EngineSchemas::lowerCaseEnums);
    }
  }
}
