package io.carousel.http.wiring;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The errors that an operation has because of its form, whatever it does: a controller describes
 * only those that are its own, and what it says of one of these stands.
 */
final class CommonProblems {
  private static final String SCHEMA = "#/components/schemas/Problem";
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  private CommonProblems() {}

  /**
   * Describes them.
   *
   * @param keys whether requests need a key
   */
  static void addTo(HttpMethod method, Operation operation, String path, boolean keys) {
    ApiResponses responses = operation.getResponses();
    if (responses == null) {
      responses = new ApiResponses();
      operation.setResponses(responses);
    }
    for (Map.Entry<String, String> problem : of(method, operation, path, keys).entrySet()) {
      responses.putIfAbsent(problem.getKey(), new ApiResponse().description(problem.getValue()));
    }
    Content content =
        new Content()
            .addMediaType(
                "application/problem+json", new MediaType().schema(new Schema<>().$ref(SCHEMA)));
    responses.forEach((status, response) -> {
      if (status.startsWith("4") || status.startsWith("5") || status.equals("default")) {
        response.setContent(content);
      }
    });
  }

  private static Map<String, String> of(
      HttpMethod method, Operation operation, String path, boolean keys) {
    Map<String, String> problems = new LinkedHashMap<>();
    problems.put("400", "A parameter is not valid (`invalid_value`), or the request is not HTTP");
    if (keys) {
      problems.put("401", "`missing_api_key` or `invalid_api_key`");
    }
    if (method != HttpMethod.GET && method != HttpMethod.HEAD) {
      problems.put(
          "403", "`origin_not_allowed`: a browser says that another site sent the request");
    }
    if (path.contains("{")) {
      problems.put("404", "`not_found`");
    }
    problems.put("406", "`not_acceptable`: the request accepts nothing that this operation gives");
    if (hasIdempotencyKey(operation)) {
      problems.put("409", "`idempotency_key_in_flight`: its first request is not answered yet");
      problems.put("422", "`idempotency_key_reused`: the key was used with another body");
    }
    if (operation.getRequestBody() != null) {
      problems.put("408", "`request_timeout`, or `upload_timeout`: the body did not come in time");
      problems.put("413", "`body_too_large`");
      problems.put("415", "`unsupported_media_type`");
    }
    problems.put("414", "`uri_too_long`");
    problems.put("431", "`headers_too_large` or `too_many_headers`");
    problems.put(
        "default",
        "Any other error: 500, and 503 with `Retry-After` while going down or, with the code"
            + " `storage_unavailable`, while the storage cannot be read or written");
    return problems;
  }

  private static boolean hasIdempotencyKey(Operation operation) {
    return operation.getParameters() != null
        && operation.getParameters().stream().anyMatch(p -> IDEMPOTENCY_KEY.equals(p.getName()));
  }
}
