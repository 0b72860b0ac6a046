package io.carousel.models;

import io.carousel.engine.format.HeaderCodec;
import io.carousel.http.JsonProblems;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The engine's JSON, by Jackson. */
final class JacksonHeaderCodec implements HeaderCodec {
  private static final TypeReference<@Nullable Map<String, Object>> OBJECT =
      new TypeReference<>() {};

  private final JsonMapper mapper;

  /**
   * @param mapper which refuses duplicate keys and trailing tokens
   */
  JacksonHeaderCodec(JsonMapper mapper) {
    this.mapper = mapper;
  }

  @Override
  public Map<String, Object> parse(String json) throws IOException {
    try {
      Map<String, Object> header = mapper.readValue(json, OBJECT);
      if (header == null) {
        throw new IOException("expected a JSON object, found null");
      }
      return header;
    } catch (JacksonException e) {
      throw new IOException("not a JSON object: " + JsonProblems.reason(e), e);
    }
  }

  @Override
  public String write(Map<String, ?> header) {
    return mapper.writeValueAsString(header);
  }
}
