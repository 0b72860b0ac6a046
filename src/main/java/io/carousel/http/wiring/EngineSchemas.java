package io.carousel.http.wiring;

import io.carousel.engine.gradient.report.Verdict;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Discriminator;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** What springdoc cannot see of the engine's types, as they bear no annotations. */
final class EngineSchemas {
  /** Schema and field, and what the field says. */
  private static final Map<String, String> FIELDS =
      Map.ofEntries(
          Map.entry("Architecture.cell", "the recurrent cell of every layer"),
          Map.entry("Architecture.layers", "recurrent layers, at least 1"),
          Map.entry("Architecture.hidden_size", "units of a layer, at least 1"),
          Map.entry("Architecture.embedding_size", "width of the embedding, at least 1"),
          Map.entry("Architecture.dropout", "between layers, from 0 up to but not including 1"),
          Map.entry("Architecture.tie_weights", "whether embedding and projection are one matrix"),
          Map.entry("Architecture.nonlinearity", "of a plain RNN; gated cells ignore it"),
          Map.entry("Architecture.initialization", "how a fresh network is drawn"),
          Map.entry("Initialization.recurrent", "distribution of the recurrent weights"),
          Map.entry("Initialization.recurrent_gain", "factor on them, -100 to 100"),
          Map.entry("Initialization.forget_bias", "of an LSTM, -100 to 100; ignored elsewhere"),
          Map.entry("TrainingSpecification.epochs", "passes over the corpus, at least 1"),
          Map.entry("TrainingSpecification.max_steps", "steps after which the run ends, or null"),
          Map.entry("TrainingSpecification.max_seconds", "seconds after which it ends, or null"),
          Map.entry("TrainingSpecification.batch_size", "sequences side by side, at least 1"),
          Map.entry("TrainingSpecification.sequence_length", "steps of a window, at least 1"),
          Map.entry("TrainingSpecification.early_stopping", "when to end early, or null"),
          Map.entry("TrainingSpecification.top_k", "k of the top-k accuracy"),
          Map.entry("EarlyStopping.patience", "epochs without improvement, at least 1"),
          Map.entry("EarlyStopping.min_delta", "nats that count as an improvement"));

  /** Written as they are: names that stand out. */
  private static final Set<String> VERBATIM =
      Arrays.stream(Verdict.Code.values()).map(Enum::name).collect(Collectors.toSet());

  private EngineSchemas() {}

  static void addTo(Components components) {
    EngineMixins.names()
        .forEach((type, records) -> {
          if (components.getSchemas().containsKey(type.getSimpleName())) {
            components.addSchemas(type.getSimpleName(), oneOf(type, records, components));
          }
        });
    FIELDS.forEach((field, description) -> describe(components, field, description));
    // The annotation processor knows enums by their Java names only.
    components.getSchemas().values().forEach(EngineSchemas::lowerCaseEnums);
  }

  /** Of the query string, where enums are in lower case as well. */
  static void lowerCaseEnums(Operation operation) {
    if (operation.getParameters() != null) {
      operation.getParameters().stream()
          .map(Parameter::getSchema)
          .filter(Objects::nonNull)
          .forEach(EngineSchemas::lowerCaseEnums);
    }
  }

  private static void describe(Components components, String field, String description) {
    int dot = field.indexOf('.');
    Schema<?> schema = components.getSchemas().get(field.substring(0, dot));
    if (schema == null || schema.getProperties() == null) {
      return; // not part of this description, or described where it is declared
    }
    Schema<?> property = (Schema<?>) schema.getProperties().get(field.substring(dot + 1));
    if (property != null && property.getDescription() == null) {
      property.setDescription(description);
    }
  }

  /** A sealed interface is one of its records, told apart by one field. */
  private static Schema<?> oneOf(
      Class<?> type, Map<String, Class<?>> records, Components components) {
    Schema<?> choice = new Schema<>();
    String property = EngineMixins.property(type);
    Discriminator discriminator = new Discriminator().propertyName(property);
    records.forEach((name, record) -> {
      String schemaName = type.getSimpleName() + record.getSimpleName();
      String reference = "#/components/schemas/" + schemaName;
      Schema<?> schema =
          ModelConverters.getInstance(true).readAll(record).get(record.getSimpleName());
      Schema<?> described = schema == null ? new Schema<>() : schema;
      described.addType("object");
      described.addProperty(property, new StringSchema()._enum(List.of(name)));
      described.addRequiredItem(property);
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
        boolean constant =
            value instanceof String text
                && text.matches("[A-Z][A-Z0-9_]*")
                && !VERBATIM.contains(text);
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
