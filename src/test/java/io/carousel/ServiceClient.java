package io.carousel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks to a running service; JSON may be written with single quotes. */
final class ServiceClient {
  private static final String BOUNDARY = "part-of-the-body";

  private final String address;
  private final JsonMapper mapper;
  private final HttpClient client = HttpClient.newHttpClient();

  ServiceClient(int port, JsonMapper mapper) {
    this("localhost", port, mapper);
  }

  ServiceClient(String host, int port, JsonMapper mapper) {
    this.address = "http://" + host + ":" + port;
    this.mapper = mapper;
  }

  /** An answer, its body read as JSON where it has one. */
  record Answer(int status, String body, JsonNode json, HttpResponse<?> response) {
    String text(String pointer) {
      return json.at(pointer).asString();
    }
  }

  private HttpRequest.Builder request(String path) {
    return unlimited(path).timeout(Duration.ofMinutes(1));
  }

  private HttpRequest.Builder unlimited(String path) {
    return HttpRequest.newBuilder(URI.create(address + path));
  }

  Answer send(HttpRequest request) {
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      String type = response.headers().firstValue("content-type").orElse("");
      JsonNode json = type.contains("json") ? mapper.readTree(response.body()) : mapper.nullNode();
      return new Answer(response.statusCode(), response.body(), json, response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  Answer get(String path) {
    return send(request(path).GET().build());
  }

  Answer get(String path, String accept) {
    return send(request(path).header("Accept", accept).GET().build());
  }

  Answer delete(String path) {
    return send(request(path).DELETE().build());
  }

  Answer post(String path, String json) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json.replace('\'', '"')))
            .build());
  }

  Answer upload(String filename, byte[] content) {
    String head =
        "--%1$s\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\ntrain\r\n--%1$s\r\n"
            + "Content-Disposition: form-data; name=\"file\"; filename=\"%2$s\"\r\n"
            + "Content-Type: text/plain\r\n\r\n";
    return send(
        request("/v1/files")
            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
            .POST(
                HttpRequest.BodyPublishers.ofByteArrays(
                    List.of(
                        head.formatted(BOUNDARY, filename).getBytes(UTF_8),
                        content,
                        ("\r\n--" + BOUNDARY + "--\r\n").getBytes(UTF_8))))
            .build());
  }

  /** Uploads a model; an empty key is none. */
  Answer uploadModel(String suffix, byte[] content, String idempotencyKey) {
    String head =
        "--%1$s\r\nContent-Disposition: form-data; name=\"suffix\"\r\n\r\n%2$s\r\n--%1$s\r\n"
            + "Content-Disposition: form-data; name=\"file\"; filename=\"m.safetensors\"\r\n"
            + "Content-Type: application/octet-stream\r\n\r\n";
    HttpRequest.Builder request =
        request("/v1/models")
            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
            .POST(
                HttpRequest.BodyPublishers.ofByteArrays(
                    List.of(
                        head.formatted(BOUNDARY, suffix).getBytes(UTF_8),
                        content,
                        ("\r\n--" + BOUNDARY + "--\r\n").getBytes(UTF_8))));
    return send(
        idempotencyKey.isEmpty()
            ? request.build()
            : request.header("Idempotency-Key", idempotencyKey).build());
  }

  /** A body as it is. */
  byte[] bytes(String path) {
    try {
      return client
          .send(request(path).GET().build(), HttpResponse.BodyHandlers.ofByteArray())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** All lines of an answer, to the end of the stream. */
  List<String> lines(String path, Map<String, String> headers) {
    return lines(path, headers, line -> {});
  }

  /** All lines of an answer, to the end of the stream; each is also told when it is there. */
  List<String> lines(String path, Map<String, String> headers, Consumer<String> each) {
    // The stream lasts as long as the job: newer JDKs count the body to a request's time.
    HttpRequest.Builder request = unlimited(path);
    headers.forEach(request::header);
    List<String> all = new ArrayList<>();
    try (Stream<String> lines =
        client.send(request.build(), HttpResponse.BodyHandlers.ofLines()).body()) {
      lines.forEachOrdered(line -> {
        each.accept(line);
        all.add(line);
      });
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
