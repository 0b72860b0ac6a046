package io.carousel.http.wiring;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.carousel.http.Fields;
import io.carousel.http.Idempotent;
import io.carousel.http.Problem;
import io.carousel.http.SecuritySettings;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.tags.Tag;
import java.util.List;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.HandlerMethod;

/** The description at {@code /v3/api-docs}; what all operations share is said here, once. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {
  private static final String KEY = "api_key";

  @Bean
  OpenAPI description(ObjectProvider<BuildProperties> build, SecuritySettings security) {
    BuildProperties properties = build.getIfAvailable();
    OpenAPI api =
        new OpenAPI()
            .info(
                new Info()
                    .title("Carousel")
                    .version(properties == null ? "development" : properties.getVersion())
                    .description(
                        """
                        Trains recurrent language models, predicts with them, and reports whether \
                        their gradients can teach them anything across time.

                        JSON in snake_case; unknown fields are refused. Times are Unix seconds. \
                        Lists are newest first and paged by `limit` and `after`. Every error is \
                        `application/problem+json`, with the same said in `error` for the SDKs of \
                        the OpenAI API. Every answer bears `x-request-id`.\
                        """))
            .tags(
                List.of(
                    tag("Files", "Uploaded corpora"),
                    tag("Training jobs", "Training, watched while it runs"),
                    tag("Models", "The catalogue of models, trained here or uploaded"),
                    tag("Predictions", "What comes next, and how likely a sequence is"),
                    tag("Gradient reports", "Whether a network can learn across time")))
            .components(
                new Components()
                    .addSecuritySchemes(
                        KEY,
                        new SecurityScheme()
                            .type(SecurityScheme.Type.HTTP)
                            .scheme("bearer")
                            .description(
                                "Only where `carousel.security.api-keys` is set. Health probes and"
                                    + " this description need none.")));
    return security.apiKeys().isEmpty()
        ? api
        : api.addSecurityItem(new SecurityRequirement().addList(KEY));
  }

  /**
   * Names and enums as {@link JsonConfiguration} writes them; springdoc has a Jackson of its own.
   */
  @Bean
  NullableModels snakeCaseModels() {
    ObjectMapper mapper =
        Json31.mapper().copy().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
    return new NullableModels(mapper);
  }

  /** Every operation can fail in the same form. */
  @Bean
  GlobalOpenApiCustomizer problemsEverywhere(SecuritySettings security, NullableModels models) {
    return api -> {
      ModelConverters.getInstance(true)
          .readAll(Problem.class)
          .forEach((name, schema) -> api.getComponents().addSchemas(name, schema));
      api.getPaths()
          .forEach((path, item) ->
              item.readOperationsMap()
                  .forEach((method, operation) -> {
                    CommonProblems.addTo(method, operation, path, !security.apiKeys().isEmpty());
                    EngineSchemas.lowerCaseEnums(operation);
                  }));
      EngineSchemas.addTo(api.getComponents());
      models.applyTo(api.getComponents());
    };
  }

  /** Every operation has a name, and one that honours {@code Idempotency-Key} says so. */
  @Bean
  GlobalOperationCustomizer operations() {
    return (operation, handler) -> {
      operation.setOperationId(operationId(handler));
      if (handler.hasMethodAnnotation(Idempotent.class)) {
        operation.addParametersItem(
            new HeaderParameter()
                .name("Idempotency-Key")
                .description(
                    "1 to 255 visible ASCII characters. The same key with the same body gives the"
                        + " first answer again (header `idempotent-replayed: true`); with another"
                        + " body 422; while the first is in flight 409 with `x-should-retry:"
                        + " true`. Kept for 24 hours by default.")
                .schema(new StringSchema().minLength(1).maxLength(255)));
      }
      return operation;
    };
  }

  private static Tag tag(String name, String description) {
    return new Tag().name(name).description(description);
  }

  /** {@code FileController.list} is {@code file_list}: stable, whatever else there is. */
  private static String operationId(HandlerMethod handler) {
    String feature = handler.getBeanType().getSimpleName().replace("Controller", "");
    return Fields.snakeCase(feature) + "_" + Fields.snakeCase(handler.getMethod().getName());
  }
}
