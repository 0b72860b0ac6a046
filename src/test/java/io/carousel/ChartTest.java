package io.carousel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The chart, rendered by Helm itself and read by Kubernetes' own classes; and the compose file. */
class ChartTest {
  private static final Path CHART = Path.of("helm/carousel");
  private static final Path DEFAULTS = CHART.resolve("ci/default-values.yaml");
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern METRIC = Pattern.compile("([a-z][a-z_]+)\\{");

  @TempDir Path temporary;

  /** Names of the metrics that the dashboard draws. */
  static List<String> dashboardMetrics() {
    JsonNode dashboard = JSON.readTree(CHART.resolve("dashboards/carousel.json").toFile());
    List<String> names = new ArrayList<>();
    for (JsonNode expression : dashboard.findValues("expr")) {
      Matcher metric = METRIC.matcher(expression.asString());
      while (metric.find()) {
        names.add(metric.group(1));
      }
    }
    return names;
  }

  static List<Path> valueFiles() throws IOException {
    try (Stream<Path> files = Files.list(CHART.resolve("ci"))) {
      return files.sorted().toList();
    }
  }

  private static TemplateCommand template() {
    return new Helm(CHART).template().withName("test").withKubeVersion("1.34.0");
  }

  private static List<JsonNode> render(TemplateCommand template) {
    List<JsonNode> manifests = new ArrayList<>();
    for (Object document : new Yaml().loadAll(template.call())) {
      if (document != null) {
        manifests.add(JSON.valueToTree(document));
      }
    }
    return manifests;
  }

  /** The only manifest of that kind. */
  private static JsonNode only(List<JsonNode> manifests, String kind) {
    List<JsonNode> found =
        manifests.stream().filter(m -> m.path("kind").asString().equals(kind)).toList();
    assertThat(found).as(kind).hasSize(1);
    return found.getFirst();
  }

  /** Fails on a field that is unknown, missing or of another type. */
  private static void parseStrictly(JsonNode manifest) throws Exception {
    String kind = manifest.path("kind").asString();
    try {
      Class.forName("io.kubernetes.client.openapi.models.V1" + kind)
          .getMethod("fromJson", String.class)
          .invoke(null, JSON.writeValueAsString(manifest));
    } catch (InvocationTargetException e) {
      throw new AssertionError(kind + ": " + e.getCause() + "\n" + manifest, e);
    }
  }

  @Test
  void lint_strict_findsNothing() {
    LintResult result = new Helm(CHART).lint().strict().call();
    assertThat(result.isFailed()).as(String.join("\n", result.getMessages())).isFalse();
  }

  @ParameterizedTest
  @MethodSource("valueFiles")
  void values_everySet_rendersWhatKubernetesReads(Path values) throws Exception {
    for (String version : List.of("1.25.0", "1.34.0")) {
      List<JsonNode> manifests = render(template().withValuesFile(values).withKubeVersion(version));
      for (JsonNode manifest : manifests) {
        if (!manifest.path("kind").asString().equals("ServiceMonitor")) { // not Kubernetes' own
          parseStrictly(manifest);
        }
        assertThat(manifest.at("/metadata/labels").propertyNames())
            .contains("app.kubernetes.io/name", "app.kubernetes.io/instance", "helm.sh/chart");
      }
      JsonNode pod = only(manifests, "StatefulSet").at("/spec/template");
      for (JsonNode manifest : manifests) {
        for (String selector :
            List.of("/spec/selector/matchLabels", "/spec/podSelector/matchLabels")) {
          for (Map.Entry<String, JsonNode> label : manifest.at(selector).properties()) {
            assertThat(pod.at("/metadata/labels").path(label.getKey())).isEqualTo(label.getValue());
          }
        }
      }
    }
  }

  @Test
  void parseStrictly_unknownField_fails() {
    JsonNode manifest =
        JSON.readTree(
            """
            {"apiVersion": "v1", "kind": "Service", "spec": {"typ": "ClusterIP"}}
            """);
    assertThatThrownBy(() -> parseStrictly(manifest)).hasMessageContaining("typ");
  }

  @Test
  void defaults_areSafe() {
    List<JsonNode> manifests = render(template().withValuesFile(DEFAULTS));
    assertThat(manifests.stream().map(m -> m.path("kind").asString()))
        .containsExactlyInAnyOrder(
            "ServiceAccount", "ConfigMap", "PersistentVolumeClaim", "Service", "StatefulSet");
    JsonNode set = only(manifests, "StatefulSet");
    assertThat(set.at("/spec/replicas").asInt()).isEqualTo(1);
    JsonNode pod = set.at("/spec/template/spec");
    assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
    assertThat(pod.at("/securityContext/runAsUser").asInt()).isEqualTo(10001);
    JsonNode container = pod.at("/containers/0");
    assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(container.at("/resources/limits/memory").asString()).isEqualTo("2Gi");
    assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
    assertThat(pod.at("/securityContext/seccompProfile/type").asString())
        .isEqualTo("RuntimeDefault");
    List<String> writable = new ArrayList<>();
    for (JsonNode mount : container.path("volumeMounts")) {
      if (!mount.path("readOnly").asBoolean(false)) {
        writable.add(mount.path("mountPath").asString());
      }
    }
    assertThat(writable).containsExactlyInAnyOrder("/data", "/tmp");
  }

  @Test
  void chart_isOfTheVersionThatIsBuilt() throws IOException {
    String built =
        Files.readString(Path.of("pom.xml")).split("</parent>")[1].split("</?version>")[1];
    try (var reader = Files.newBufferedReader(CHART.resolve("Chart.yaml"))) {
      Map<String, Object> chart = new Yaml().load(reader);
      assertThat(chart).containsEntry("appVersion", built);
    }
  }

  @Test
  void networkPolicy_letsInWhoIsListed_andOutToNamesAndWhatIsListed() {
    JsonNode policy =
        only(
            render(template().withValuesFile(CHART.resolve("ci/full-values.yaml"))),
            "NetworkPolicy");
    assertThat(policy.at("/spec/policyTypes").valueStream().map(JsonNode::asString))
        .containsExactly("Ingress", "Egress");
    assertThat(policy.at("/spec/ingress")).hasSize(1);
    assertThat(policy.at("/spec/ingress/0/from").findValuesAsString("kubernetes.io/metadata.name"))
        .containsExactly("clients", "ingress-nginx", "monitoring");
    assertThat(policy.at("/spec/ingress/0/ports").findValuesAsString("port"))
        .containsExactly("http");
    assertThat(policy.at("/spec/egress/0/ports").findValuesAsString("port"))
        .containsExactly("53", "53");
    assertThat(policy.at("/spec/egress/1/ports").findValuesAsString("port"))
        .containsExactly("4318");
    assertThat(policy.at("/spec/egress")).hasSize(2);
  }

  @Test
  void serviceMonitor_sendsAKeyOfItsOwn() {
    JsonNode own =
        only(
            render(template().withValuesFile(CHART.resolve("ci/full-values.yaml"))),
            "ServiceMonitor");
    assertThat(own.at("/spec/endpoints/0/authorization/credentials/key").asString())
        .isEqualTo("metrics-key");
    JsonNode others =
        only(
            render(template().withValuesFile(CHART.resolve("ci/existing-values.yaml"))),
            "ServiceMonitor");
    assertThat(others.at("/spec/endpoints/0/authorization/credentials"))
        .isEqualTo(JSON.readTree("{\"name\": \"carousel-keys\", \"key\": \"prometheus\"}"));
  }

  @Test
  void full_hasEveryKind_andTheSecretHasAllKeys() {
    List<JsonNode> manifests =
        render(template().withValuesFile(CHART.resolve("ci/full-values.yaml")));
    assertThat(manifests.stream().map(m -> m.path("kind").asString()))
        .contains("Ingress", "Secret", "PodDisruptionBudget", "ServiceMonitor", "NetworkPolicy");
    assertThat(only(manifests, "Secret").at("/stringData/api-keys").asString())
        .isEqualTo("0123456789abcdef0123,fedcba9876543210fedc");
    assertThat(only(manifests, "Service").at("/spec/ports/0/port").asInt()).isEqualTo(80);
    JsonNode monitor = only(manifests, "ServiceMonitor");
    assertThat(monitor.at("/spec/endpoints/0/path").asString()).isEqualTo("/actuator/prometheus");
    assertThat(monitor.at("/spec/selector/matchLabels"))
        .isEqualTo(only(manifests, "Service").at("/spec/selector"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          replicaCount                  | 2          | the state of jobs is in the memory of one instance
          heapPercentage                | 90         | heapPercentage
          terminationGracePeriodSeconds | 30         | terminationGracePeriodSeconds: expected more than 55
          terminationGracePeriodSeconds | 55         | expected more than 55 (preStopSeconds, carousel.jobs.shutdown-grace and
          terminationGracePeriodSeconds | soon       | terminationGracePeriodSeconds
          config.carousel.jobs.shutdown-grace | soon | carousel.jobs.shutdown-grace: expected a duration such as 20s, 2m or 1500ms, found soon
          image.digest                  | latest     | digest
          image.digest                  | sha256:0123456789abcdef | digest
          image.digest                  | sha512:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef | digest
          resources.limits.memory       | 2 GB       | memory
          resources.limits.memory       | null       | memory
          resources.limits.memory       | 500M       | expected at least 512Mi, found 500M
          resources.limits.memory       | 500m       | expected at least 512Mi, found 500m
          resources.limits.memory       | 100000     | expected at least 512Mi, found 100000
          persistence.accessModes[0]    | ReadOnlyMany | accessModes
          podSecurityContext.runAsUser  | 0          | runAsUser
          auth.keys[0]                  | secret     | keys
          logFormat                     | json       | logFormat
          tracesEndpoint                | collector  | tracesEndpoint
          image.pullPolicy              | Sometimes  | pullPolicy
          replicas                      | 1          | replicas
          resources.requests.memory     | 4Gi        | resources.requests.memory: expected no more than resources.limits.memory (2Gi), found 4Gi
          resources.limits.cpu          | 500m       | resources.requests.cpu: expected no more than resources.limits.cpu (500m), found 1
          resources.limits.memory       | 2097152ki  | /resources/limits/memory': '2097152ki' does not match
          securityContext.runAsUser     | 0          | /securityContext/runAsUser'
          fullnameOverride              | Carousel_1 | /fullnameOverride'
          fullnameOverride              | 1st        | /fullnameOverride'
          fullnameOverride              | a-name-of-one-character-more-than-the-52-there-may-be | /fullnameOverride': maxLength
          nameOverride                  | -carousel  | /nameOverride'
          podLabels.app\\.kubernetes\\.io/name | other | podLabels: expected labels beside those of the chart, found app.kubernetes.io/name
          podAnnotations.checksum/config | none | podAnnotations: expected annotations beside those of the chart, found checksum/config
          dashboard.labels.helm\\.sh/chart | other | dashboard.labels: expected labels beside
          serviceMonitor.labels.app\\.kubernetes\\.io/version | other | serviceMonitor.labels: expected labels beside
          persistence.annotations.helm\\.sh/resource-policy | keep | set persistence.keep
          auth.existingSecretKey        | api/keys   | /auth/existingSecretKey'
          serviceMonitor.scrapeTimeout  | 16s        | serviceMonitor.scrapeTimeout: expected no more than serviceMonitor.interval (15s), found 16s
          serviceMonitor.interval       | 9999ms     | serviceMonitor.scrapeTimeout: expected no more than serviceMonitor.interval (9999ms), found 10s
          javaOptions                   | -Xss1m -Xmx4g | javaOptions: expected no size of the heap, found -Xmx4g: set heapPercentage
          javaOptions                   | -XX:MaxRAMPercentage=90 | found -XX:MaxRAMPercentage=90
          javaOptions                   | -XX:MaxHeapSize=4g | found -XX:MaxHeapSize=4g
          javaOptions                   | -XX:+UseZGC | expected no other garbage collector than the image's, G1, found -XX:+UseZGC
          javaOptions                   | -Dserver.port=9090 | javaOptions -Dserver.port: expected 8080, found 9090
          extraEnv[0].value             | x          | /extraEnv/0'
          config.server.port            | 9090       | config.server.port: expected 8080, found 9090: probes and Service ask there; the port that clients see is service.port
          config.server\\.port        | 9090       | config.server.port: expected 8080, found 9090
          config.server.address         | 127.0.0.1  | config.server.address: expected none, found 127.0.0.1
          config.server.ssl.bundle      | web        | config.server.ssl.bundle: expected none, found web: probes speak plain HTTP
          config.server.servlet.context-path | /carousel | config.server.servlet.context-path: expected none, found /carousel
          config.server.servlet.contextPath  | /carousel | config.server.servlet.contextPath: expected none, found /carousel
          config.spring.mvc.servlet.path | /carousel | config.spring.mvc.servlet.path: expected /, found /carousel
          config.management.server.port | 9090       | config.management.server.port: expected none, found 9090
          config.management.endpoints.web.base-path | /manage | config.management.endpoints.web.base-path: expected /actuator, found /manage
          config.management.endpoints.web.path-mapping.health | ping | config.management.endpoints.web.path-mapping.health: expected none, found ping
          config.management.endpoints.web.exposure.include | info | config.management.endpoints.web.exposure.include: expected health among them, found info
          config.management.endpoint.health.probes.enabled | false | config.management.endpoint.health.probes.enabled: expected true, found false
          config.carousel.storage.directory | /models | config.carousel.storage.directory: expected none, found /models: it is /data
          config.carousel.security.api-keys | 0123456789abcdef | config.carousel.security.api-keys: expected none, found some: set auth.keys
          config.carousel.security.apiKeys[0] | 0123456789abcdef | config.carousel.security.apiKeys: expected none, found some
          config.management.opentelemetry.tracing.export.otlp.headers.Authorization | x | expected no secret, found one: it would stand in the clear in a ConfigMap
          config.carousel.limits.max-layers | 0      | config.carousel.limits.max-layers: expected a whole number above 0, or a size such as 256MB, found 0
          config.carousel.limits.max-layers | -1     | config.carousel.limits.max-layers: expected a whole number above 0, or a size such as 256MB, found -1
          config.carousel.limits.max-file-bytes | 1Gi | config.carousel.limits.max-file-bytes: expected a whole number above 0, or a size such as 256MB, found 1Gi
          config.carousel.limits.max-file-bytes | 0MB | config.carousel.limits.max-file-bytes: expected a whole number above 0
          """)
  void schema_whatCannotWork_isRefusedWithAReason(String key, String value, String reason) {
    assertThatThrownBy(() -> template().set(key, value).call()).hasMessageContaining(reason);
  }

  @Test
  void secret_inConfig_isRefusedAndNotRepeated() {
    String key = "0123456789abcdef0123";
    for (String setting :
        List.of("carousel.security.api-keys", "spring.datasource.password", "acme.api-key")) {
      assertThatThrownBy(() -> template().set("config." + setting, key).call())
          .hasMessageContaining("config." + setting)
          .hasMessageNotContaining(key);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          JDK_JAVA_OPTIONS           | -Dx=y      | found JDK_JAVA_OPTIONS: set javaOptions and heapPercentage
          SPRING_CONFIG_LOCATION     | /etc/other | found SPRING_CONFIG_LOCATION: set config
          SPRING_CONFIG_ADDITIONAL_LOCATION | /etc/other | found SPRING_CONFIG_ADDITIONAL_LOCATION: set config
          LOGGING_STRUCTURED_FORMAT_CONSOLE | ecs | found LOGGING_STRUCTURED_FORMAT_CONSOLE: set logFormat
          MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT | http://a | set tracesEndpoint
          JAVA_TOOL_OPTIONS          | -Xmx4g     | extraEnv JAVA_TOOL_OPTIONS: expected no size of the heap, found -Xmx4g
          CAROUSEL_STORAGE_DIRECTORY | /models    | extraEnv CAROUSEL_STORAGE_DIRECTORY: expected none, found /models: it is /data
          CAROUSEL_SECURITY_API_KEYS | 0123456789abcdef | extraEnv CAROUSEL_SECURITY_API_KEYS: expected none, found some
          SERVER_PORT                | 9090       | extraEnv SERVER_PORT: expected 8080, found 9090
          CAROUSEL_LIMITS_MAXLAYERS  | -1         | extraEnv CAROUSEL_LIMITS_MAXLAYERS: expected a whole number above 0
          not a=name                 | x          | /extraEnv/0/name'
          """)
  void environment_thatTheChartRulesOver_isRefused(String name, String value, String reason)
      throws IOException {
    Path values = temporary.resolve("values.yaml");
    Files.writeString(
        values, "extraEnv: [{name: '%s', value: %s}]".formatted(name, JSON.valueToTree(value)));
    assertThatThrownBy(() -> template().withValuesFile(values).call()).hasMessageContaining(reason);
  }

  @Test
  void environment_twiceOrWithANumber_isRefused() {
    TemplateCommand twice = template().set("extraEnv[0].name", "TZ").set("extraEnv[1].name", "TZ");
    assertThatThrownBy(twice::call)
        .hasMessageContaining("extraEnv: expected every name once, found TZ twice");
    TemplateCommand number =
        template().set("extraEnv[0].name", "ANSWER").set("extraEnv[0].value", 42);
    assertThatThrownBy(number::call).hasMessageContaining("/extraEnv/0/value");
  }

  /** What the checks above could take for what they refuse. */
  @Test
  void settings_thatWork_areTaken() throws IOException {
    Path values = temporary.resolve("values.yaml");
    Files.writeString(
        values,
        """
        config:
          server: {port: 8080, tomcat: {max-connections: 512}}
          management:
            endpoints: {web: {base-path: /actuator, exposure: {include: [health, prometheus]}}}
            opentelemetry.tracing.export.otlp.headers.Authorization: ${COLLECTOR_TOKEN}
          carousel:
            security: {api-keys: [], cors: {allowed-origins: ["https://notebook.example.com"]}}
            limits: {max-parameters: 536870912, max-file-bytes: 1GB, max-layers: "${LAYERS}"}
            predictions: {max-tokens: 1000}
        javaOptions: -Xss1m -XX:+UseStringDeduplication -Dacme=-Xmx
        extraEnv:
          - {name: COLLECTOR_TOKEN, valueFrom: {secretKeyRef: {name: collector, key: token}}}
          - {name: CAROUSEL_LIMITS_MAX_LAYERS, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
          - {name: CAROUSEL_LIMITS_MAX_EPOCHS, value: "10"}
          - {name: JAVA_TOOL_OPTIONS, value: -Dx=y}
        serviceMonitor: {enabled: true, interval: 1m, scrapeTimeout: 60s}
        podLabels: {app.kubernetes.io/part-of: research}
        """);
    JsonNode map = only(render(template().withValuesFile(values)), "ConfigMap");
    JsonNode settings =
        JSON.valueToTree(new Yaml().<Object>load(map.at("/data/application.yaml").asString()));
    assertThat(settings.at("/carousel/limits/max-parameters").asInt()).isEqualTo(536870912);
  }

  @Test
  void metrics_thatAServiceMonitorAsksFor_mustBeExposed() {
    TemplateCommand template =
        template().set("config.management.endpoints.web.exposure.include", "health");
    assertThat(render(template)).isNotEmpty();
    assertThatThrownBy(template.set("serviceMonitor.enabled", "true")::call)
        .hasMessageContaining("exposure.include: expected prometheus among them, found health");
  }

  @Test
  void claim_thatWouldNotBeUsed_isRefused() {
    assertThatThrownBy(
            template()
                    .set("persistence.enabled", "false")
                    .set("persistence.existingClaim", "carousel-data")
                ::call)
        .hasMessageContaining("persistence.existingClaim: expected none where persistence.enabled");
  }

  @Test
  void secretKey_ofTheEntryForPrometheus_isRefused() {
    assertThatThrownBy(
            template()
                    .set("auth.keys[0]", "fedcba9876543210fedc")
                    .set("auth.existingSecretKey", "metrics-key")
                ::call)
        .hasMessageContaining("auth.existingSecretKey: expected another name than metrics-key");
  }

  /** A StatefulSet labels its pods with its name, a hyphen and a hash of up to 10 characters. */
  @Test
  void name_ofALongRelease_leavesRoomForALabel() {
    String release = "r".repeat(53); // Helm's greatest
    JsonNode set = only(render(template().withName(release)), "StatefulSet");
    assertThat(set.at("/metadata/name").asString().length() + 1 + 10).isLessThanOrEqualTo(63);
  }

  @Test
  void name_ofAReleaseThatNoServiceCanHave_isRefused() {
    for (String release : List.of("1st", "test.example")) {
      assertThatThrownBy(() -> template().withName(release).call())
          .hasMessageContaining("fullnameOverride: expected a name, as a Service needs it")
          .hasMessageContaining(release);
      assertThat(render(template().withName(release).set("fullnameOverride", "first")))
          .isNotEmpty();
    }
  }

  /** Else a pod that never gets ready would stay whatever the next upgrade says. */
  @Test
  void pod_thatNeverGetsReady_isReplacedByTheNextUpgrade() {
    JsonNode set = only(render(template()), "StatefulSet");
    assertThat(set.at("/spec/podManagementPolicy").asString()).isEqualTo("Parallel");
  }

  /** Kubernetes requests as much as is limited where nothing is requested. */
  @Test
  void memory_isRequestedAsItIsLimited() {
    JsonNode set = only(render(template()), "StatefulSet");
    JsonNode resources = set.at("/spec/template/spec/containers/0/resources");
    assertThat(resources.at("/requests").has("memory")).isFalse();
    assertThat(resources.at("/limits").has("memory")).isTrue();
  }

  private static String notes(Map<String, Object> values) {
    InstallCommand install =
        new Helm(CHART).install().withName("test").withKubeVersion("1.34.0").clientOnly().dryRun();
    values.forEach(install::set);
    return install.call().getOutput();
  }

  @Test
  void notes_ingress_sayHowLargeABodyTheProxyMustLetThrough() throws IOException {
    String annotation = "nginx.ingress.kubernetes.io/proxy-body-size: ";
    String file = setting("carousel", "limits", "max-file-bytes");
    String model = setting("carousel", "limits", "max-model-bytes");
    long greatest =
        Math.max(DataSize.parse(file).toMegabytes(), DataSize.parse(model).toMegabytes());
    assertThat(notes(Map.of())).doesNotContain(annotation);
    assertThat(notes(Map.of("ingress.enabled", "true")))
        .contains(
            "max-file-bytes (" + file + ")",
            "max-model-bytes (" + model + ")",
            annotation + (greatest + 1) + "m");
    assertThat(
            notes(
                Map.of("ingress.enabled", "true", "config.carousel.limits.max-model-bytes", "2GB")))
        .contains("max-model-bytes (2GB)", annotation + "2049m");
    assertThat(
            notes(
                Map.of(
                    "ingress.enabled",
                    "true",
                    "ingress.annotations.nginx\\.ingress\\.kubernetes\\.io/proxy-body-size",
                    "300m")))
        .doesNotContain("ingress-nginx lets");
  }

  @Test
  void notes_existingSecret_sayThatItMustHoldAKey() {
    String reminder = "must hold at least one key: a blank one protects nothing";
    assertThat(notes(Map.of())).doesNotContain(reminder);
    assertThat(notes(Map.of("auth.existingSecret", "carousel-keys"))).contains(reminder);
  }

  private static int gracePeriod(TemplateCommand template) {
    return only(render(template), "StatefulSet")
        .at("/spec/template/spec/terminationGracePeriodSeconds")
        .asInt();
  }

  /** What the service's own application.yaml has there. */
  private static String setting(String... path) throws IOException {
    try (var reader = Files.newBufferedReader(Path.of("src/main/resources/application.yaml"))) {
      JsonNode settings = JSON.valueToTree(new Yaml().<Object>load(reader));
      return settings.at("/" + String.join("/", path)).asString();
    }
  }

  private static int seconds(String... path) throws IOException {
    return (int) DurationStyle.SIMPLE.parse(setting(path)).toSeconds();
  }

  /** More than a stop takes: the pod's pause, then the jobs', then the requests' time. */
  @Test
  void gracePeriod_followsFromWhatTheServiceNeeds() throws IOException {
    int jobs = seconds("carousel", "jobs", "shutdown-grace");
    int requests = seconds("spring", "lifecycle", "timeout-per-shutdown-phase");
    int spare = 20;
    assertThat(gracePeriod(template().set("preStopSeconds", 0))).isEqualTo(jobs + requests + spare);
    assertThat(gracePeriod(template().set("preStopSeconds", 60)))
        .isEqualTo(60 + jobs + requests + spare);
    TemplateCommand template = template().set("preStopSeconds", 0);
    assertThat(gracePeriod(template.set("terminationGracePeriodSeconds", jobs + requests + 1)))
        .isEqualTo(jobs + requests + 1);
  }

  /** However Spring lets them be written. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          config.carousel.jobs.shutdown-grace     | 2m     | 120
          config.carousel.jobs.shutdownGrace      | 90s    | 90
          config.carousel\\.jobs.shutdown_grace   | 1500ms | 2
          config.carousel\\.jobs\\.shutdown-grace | 1h     | 3600
          config.carousel.jobs.shutdown-grace     | 30000  | 30
          """)
  void gracePeriod_followsTheConfiguredGraceOfJobs(String key, String value, int jobs)
      throws IOException {
    int other = 5 + seconds("spring", "lifecycle", "timeout-per-shutdown-phase");
    assertThat(gracePeriod(template().set(key, value))).isEqualTo(other + jobs + 20);
    assertThatThrownBy(() ->
            template().set(key, value).set("terminationGracePeriodSeconds", other + jobs).call())
        .hasMessageContaining(
            "terminationGracePeriodSeconds: expected more than " + (other + jobs));
  }

  /** The environment counts for more than the file. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE",
        "SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE"
      })
  void gracePeriod_followsTheEnvironmentsTimeOfRequests(String name) throws IOException {
    TemplateCommand template =
        template()
            .set("config.spring.lifecycle.timeout-per-shutdown-phase", "1s")
            .set("extraEnv[0].name", name)
            .set("extraEnv[0].value", "4m");
    assertThat(gracePeriod(template))
        .isEqualTo(5 + seconds("carousel", "jobs", "shutdown-grace") + 240 + 20);
  }

  @Test
  void digest_takesPrecedenceOverTheTag() {
    String digest = "sha256:" + "0123456789abcdef".repeat(4);
    TemplateCommand template =
        template().set("image.repository", "registry.example.com/carousel").set("image.tag", "1.0");
    assertThat(image(template)).isEqualTo("registry.example.com/carousel:1.0");
    assertThat(image(template.set("image.digest", digest)))
        .isEqualTo("registry.example.com/carousel@" + digest);
  }

  private static String image(TemplateCommand template) {
    return only(render(template), "StatefulSet")
        .at("/spec/template/spec/containers/0/image")
        .asString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"512Mi", "0.5Gi", "1G", "1048576Ki", "2147483648"})
  void memory_enough_isTaken(String memory) {
    JsonNode set = only(render(template().set("resources.limits.memory", memory)), "StatefulSet");
    assertThat(set.at("/spec/template/spec/containers/0/resources/limits/memory").asString())
        .isEqualTo(memory);
  }

  @Test
  void networkPolicy_thatShutsOutWhatIsConfigured_isRefused() {
    Path full = CHART.resolve("ci/full-values.yaml");
    assertThatThrownBy(
            () -> template().withValuesFile(full).set("networkPolicy.egress", "null").call())
        .hasMessageContaining("networkPolicy.egress: expected the collector");
    assertThatThrownBy(() ->
            template().withValuesFile(full).set("networkPolicy.fromPrometheus", "null").call())
        .hasMessageContaining("networkPolicy.fromPrometheus: expected the peers of Prometheus");
  }

  @Test
  void keys_twice_areRefused() {
    assertThatThrownBy(() ->
            template()
                .withValuesFile(CHART.resolve("ci/full-values.yaml"))
                .set("auth.existingSecret", "other")
                .call())
        .hasMessageContaining("either keys or existingSecret");
  }

  @Test
  void compose_mountsWhatIsThere_andHasNoName() {
    Map<String, Object> compose;
    try (var reader = Files.newBufferedReader(Path.of("docker-compose.yml"))) {
      compose = new Yaml().load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(compose).containsOnlyKeys("services", "volumes");
    JsonNode services = JSON.<JsonNode>valueToTree(compose).path("services");
    List<String> mounted = new ArrayList<>();
    for (JsonNode service : services) {
      for (JsonNode volume : service.path("volumes")) {
        String source = volume.asString().split(":")[0];
        if (source.startsWith(".")) {
          mounted.add(source);
        }
      }
    }
    assertThat(mounted).hasSize(4).allMatch(source -> Files.exists(Path.of(source)));
  }
}
