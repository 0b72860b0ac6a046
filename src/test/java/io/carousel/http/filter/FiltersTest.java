package io.carousel.http.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carousel.http.HttpSlice;
import io.carousel.http.ProbeController;
import io.carousel.http.SecuritySettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

@WebMvcTest(
    controllers = ProbeController.class,
    properties = "carousel.security.api-keys=first-key-0123456, second-key-0123456")
@Import(ProbeController.class)
@HttpSlice
class FiltersTest {
  private static final SecuritySettings KEYS =
      new SecuritySettings(List.of("a-key-of-the-service"));

  @Autowired private MockMvcTester mvc;

  @Test
  void requestId_sane_isReturned() {
    assertThat(mvc.get().uri("/probe").header("x-request-id", "abc~1!"))
        .headers()
        .hasValue("x-request-id", "abc~1!");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\u0007", "ä"})
  void requestId_strange_isReplaced(String id) {
    assertThat(mvc.get().uri("/probe").header("x-request-id", id).exchange().getResponse())
        .extracting(response -> response.getHeader("x-request-id"))
        .asString()
        .matches("req-[0-9a-f-]{36}");
  }

  @Test
  void requestId_tooLong_isReplaced() {
    assertThat(requestIdOf("x".repeat(128))).isEqualTo("x".repeat(128));
    assertThat(requestIdOf("x".repeat(129))).startsWith("req-");
  }

  private String requestIdOf(String given) {
    return String.valueOf(
        mvc.get()
            .uri("/probe")
            .header("x-request-id", given)
            .exchange()
            .getResponse()
            .getHeader("x-request-id"));
  }

  @ParameterizedTest
  @CsvSource({
    "first-key-0123456,200",
    "second-key-0123456,200",
    "first-key-012345,401",
    "first-key-0123456x,401",
    "first-key-0123456 second-key-0123456,401"
  })
  void key_isCompared(String key, int status) {
    assertThat(mvc.get().uri("/probe/cells?cell=gru").header("Authorization", "Bearer " + key))
        .hasStatus(status);
  }

  @Test
  void key_missing_is401WithChallenge() {
    MvcTestResult result = mvc.get().uri("/probe/cells?cell=gru").exchange();
    assertThat(result).hasStatus(401).hasContentType("application/problem+json");
    assertThat(result).headers().hasValue("WWW-Authenticate", "Bearer realm=\"carousel\"");
    assertThat(result).bodyJson().extractingPath("error.code").isEqualTo("missing_api_key");
    assertThat(result).bodyJson().extractingPath("error.type").isEqualTo("authentication_error");
    assertThat(result.getResponse().getHeader("x-request-id")).isNotNull();
  }

  @Test
  void key_otherScheme_is401() {
    assertThat(mvc.get().uri("/probe").header("Authorization", "Basic first-key-0123456"))
        .hasStatus(401)
        .bodyJson()
        .extractingPath("error.code")
        .isEqualTo("invalid_api_key");
  }

  /** In the slice nothing is mapped there, so that 404 says: no key was asked for. */
  @ParameterizedTest
  @CsvSource({
    "/actuator/health,404",
    "/actuator/health/liveness,404",
    "/v3/api-docs,404",
    "/v3/api-docs/swagger-config,404",
    "/swagger-ui.html,404",
    "/swagger-ui/index.html,404",
    "/actuator/healthy,401",
    "/actuator/prometheus,401",
    "/v1/files,401",
    "/nope,401"
  })
  void key_exemptions_areOnlyProbesAndDescription(String path, int status) {
    assertThat(mvc.get().uri(path)).hasStatus(status);
  }

  @ParameterizedTest
  @CsvSource({
    "'',true",
    "0.0.0.0,true",
    "10.1.2.3,true",
    "127.0.0.1,false",
    "::1,false",
    "localhost,false"
  })
  void openDoor_withoutKeys_dependsOnAddress(String address, boolean open) {
    assertThat(new OpenDoorWarning(new SecuritySettings(List.of()), server(address)).isOpen())
        .isEqualTo(open);
    assertThat(new OpenDoorWarning(KEYS, server(address)).isOpen()).isFalse();
  }

  /** A warning must not end a service whose address is a name. */
  @Test
  void openDoor_boundToAHostName_dependsOnWhatItResolvesTo() {
    InetAddress here = thisHost();
    assertThat(
            new OpenDoorWarning(new SecuritySettings(List.of()), server(here.getHostName()))
                .isOpen())
        .isEqualTo(!here.isLoopbackAddress());
  }

  private static InetAddress thisHost() {
    try {
      return InetAddress.getLocalHost();
    } catch (UnknownHostException e) {
      return Assumptions.abort("This host's own name does not resolve: " + e.getMessage());
    }
  }

  private static ServerProperties server(String address) {
    return new Binder(
            List.of(new MapConfigurationPropertySource(Map.of("server.address", address))),
            null,
            ApplicationConversionService.getSharedInstance())
        .bindOrCreate("server", ServerProperties.class);
  }

  @Test
  void keys_toString_doesNotSayThem() {
    assertThat(KEYS.toString()).doesNotContain(KEYS.apiKeys().getFirst());
  }

  /** Compose passes an empty variable where there is none. */
  @Test
  void keys_empty_areNoKeys() {
    assertThat(keys("").apiKeys()).isEmpty();
    assertThat(keys("first-key-0123456, ,").apiKeys()).containsExactly("first-key-0123456");
  }

  @ParameterizedTest
  @CsvSource({
    "' , ',found only blanks",
    "' ',found only blanks",
    "',',found only blanks",
    "'first-key-0123456,123456789012345','at least 16 characters, found 15 in key 2 of 2'"
  })
  void keys_blankOrShort_areRefused(String configured, String message) {
    assertThatThrownBy(() -> keys(configured))
        .rootCause()
        .hasMessageStartingWith("carousel.security.api-keys: expected ")
        .hasMessageContaining(message)
        .hasMessageNotContaining("123456789012345");
  }

  private static SecuritySettings keys(String configured) {
    return new Binder(
            List.of(
                new MapConfigurationPropertySource(
                    Map.of("carousel.security.api-keys", configured))),
            null,
            ApplicationConversionService.getSharedInstance())
        .bindOrCreate("carousel.security", SecuritySettings.class);
  }

  @Test
  void idempotencyKey_sameBody_givesTheFirstAnswer() {
    MvcTestResult first = create("/probe/created", "k1", "{}");
    int created = ProbeController.CREATED.get();
    MvcTestResult second = create("/probe/created", "k1", "{}");
    assertThat(second).hasStatus(201).bodyText().isEqualTo(String.valueOf(created));
    assertThat(second).headers().hasValue("Location", "/probe/" + created);
    assertThat(second).headers().hasValue("idempotent-replayed", "true");
    assertThat(first).headers().doesNotContainHeader("idempotent-replayed");
    assertThat(first).headers().hasValue("Location", "/probe/" + created);
    assertThat(ProbeController.CREATED.get()).isEqualTo(created);
  }

  @Test
  void idempotencyKey_otherBody_is422() {
    create("/probe/created", "k2", "{}");
    assertThat(create("/probe/created", "k2", "{\"cell\":\"gru\"}"))
        .hasStatus(422)
        .bodyJson()
        .extractingPath("error.code")
        .isEqualTo("idempotency_key_reused");
  }

  @Test
  void idempotencyKey_invalidRequest_isAnsweredAgain() {
    assertThat(create("/probe/created", "k3", "{\"x\":1}")).hasStatus(400);
    assertThat(create("/probe/created", "k3", "{\"x\":1}"))
        .hasStatus(400)
        .headers()
        .hasValue("idempotent-replayed", "true");
  }

  @Test
  void idempotencyKey_refusedForNow_isTriedAgain() {
    int before = ProbeController.CREATED.get();
    MvcTestResult first = create("/probe/full", "k4", "{}");
    assertThat(first).hasStatus(429).headers().hasValue("Retry-After", "10");
    assertThat(create("/probe/full", "k4", "{}")).hasStatus(429);
    assertThat(ProbeController.CREATED.get()).isEqualTo(before + 2);
  }

  @Test
  void idempotencyKey_ofAnotherUser_isAnotherKey() {
    create("/probe/created", "k5", "{}");
    int created = ProbeController.CREATED.get();
    assertThat(
            mvc.post()
                .uri("/probe/created")
                .contentType(MediaType.APPLICATION_JSON)
                .header("Authorization", "Bearer second-key-0123456")
                .header("Idempotency-Key", "k5")
                .content("{}"))
        .hasStatus(201)
        .bodyText()
        .isEqualTo(String.valueOf(created + 1));
  }

  @Test
  void idempotencyKey_notVisibleAscii_is400() {
    assertThat(create("/probe/created", "a b", "{}"))
        .hasStatus(400)
        .bodyJson()
        .extractingPath("error.param")
        .isEqualTo("Idempotency-Key");
  }

  @Test
  void idempotencyKey_whereNothingIsCreated_isIgnored() {
    assertThat(create("/probe", "k6", "{}")).hasStatus(200);
    assertThat(create("/probe", "k6", "{\"cell\":\"gru\"}")).hasStatus(200);
  }

  private MvcTestResult create(String uri, String key, String body) {
    return mvc.post()
        .uri(uri)
        .contentType(MediaType.APPLICATION_JSON)
        .header("Authorization", "Bearer first-key-0123456")
        .header("Idempotency-Key", key)
        .content(body)
        .exchange();
  }
}
