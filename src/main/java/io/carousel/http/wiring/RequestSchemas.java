package io.carousel.http.wiring;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * In the body of a request null is the same as leaving a field out, and so the description says;
 * springdoc sees only a type and no {@code @Nullable}.
 */
final class RequestSchemas {
  private static final String NULL = "null";
  private static final String PREFIX = "#/components/schemas/";

  private final Map<String, Schema> schemas;
  private final Set<String> seen = new HashSet<>();

  @SuppressWarnings("rawtypes") // swagger's own
  private RequestSchemas(Map<String, Schema> schemas) {
    this.schemas = schemas;
  }

  /** Lets every field of a JSON body be null that need not be there. */
  static void allowNull(OpenAPI api) {
    RequestSchemas requests = new RequestSchemas(api.getComponents().getSchemas());
    api.getPaths().values().stream()
        .flatMap(path -> path.readOperations().stream())
        .map(RequestSchemas::body)
        .forEach(requests::visit);
  }

  private static @Nullable Schema<?> body(Operation operation) {
    if (operation.getRequestBody() == null || operation.getRequestBody().getContent() == null) {
      return null;
    }
    MediaType json = operation.getRequestBody().getContent().get("application/json");
    return json == null ? null : json.getSchema();
  }

  private void visit(@Nullable Schema<?> schema) {
    if (schema == null) {
      return;
    }
    if (schema.get$ref() != null) {
      String name = schema.get$ref().substring(PREFIX.length());
      if (seen.add(name)) {
        visit(schemas.get(name));
      }
      return;
    }
    visit(schema.getItems());
    if (schema.getOneOf() != null) {
      schema.getOneOf().forEach(this::visit);
    }
    if (schema.getProperties() != null) {
      List<String> required = schema.getRequired() == null ? List.of() : schema.getRequired();
      schema
          .getProperties()
          .replaceAll((name, property) -> {
            visit(property);
            return required.contains(name) ? property : nullable(property);
          });
    }
  }

  @SuppressWarnings({"rawtypes", "unchecked"})
  private static Schema nullable(Schema property) {
    if (property.get$ref() != null) {
      Schema choice = new JsonSchema();
      choice.setDescription(property.getDescription());
      choice.addAnyOfItem(new JsonSchema().$ref(property.get$ref()));
      choice.addAnyOfItem(new JsonSchema().typesItem(NULL));
      return choice;
    }
    if (property.getTypes() != null) {
      property.addType(NULL);
      if (property.getEnum() != null && !property.getEnum().contains(null)) {
        List<Object> values = new ArrayList<>(property.getEnum());
        values.add(null);
        property.setEnum(values);
      }
    }
    return property;
  }
}
