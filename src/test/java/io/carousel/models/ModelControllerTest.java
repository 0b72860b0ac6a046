package io.carousel.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.http.HttpSlice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

@WebMvcTest(ModelController.class)
@Import({ModelCatalogue.class, ModelUploads.class})
@EnableConfigurationProperties({
  ModelSettings.class,
  UploadSettings.class,
  ArchitectureLimits.class
})
@HttpSlice
class ModelControllerTest {
  @TempDir static Path directory;

  @Autowired private MockMvcTester mvc;
  @Autowired private ModelCatalogue catalogue;

  @DynamicPropertySource
  static void storage(DynamicPropertyRegistry registry) {
    registry.add("carousel.storage.directory", () -> directory);
  }

  @AfterEach
  void clear() {
    catalogue.list().forEach(model -> catalogue.delete(model.id()));
  }

  @Test
  void get_describesTheModel() {
    Model model = ModelFixtures.save(catalogue, "tiny");
    assertThat(mvc.get().uri("/v1/models/" + model.id()))
        .hasStatusOk()
        .bodyJson()
        .isStrictlyEqualTo(
            """
            {"id":"%s","object":"model","created":%d,"owned_by":"carousel",
             "architecture":{"cell":"gru","layers":2,"hidden_size":4,"embedding_size":3,
               "dropout":0.1,"tie_weights":false,"nonlinearity":"tanh",
               "initialization":{"recurrent":"uniform","recurrent_gain":1.0,"forget_bias":0.0,
                 "transform_bias":-2.0},
               "connections":"none","context_size":8,"kernel_size":2,"max_dilation":64},
             "tokenizer":{"type":"char","vocabulary_size":12,"max_vocabulary":null,
               "unknown":"reject"},
             "parameters":%d,
             "provenance":{"source":"trained","file_sha256":null,"corpus_sha256":"ab","synthetic":null,"seed":7,"backend":"scalar","jdk":"25",
               "arch":"amd64","steps":100,"epochs":2,"train_loss":1.5,"valid_loss":null,
               "parent_model":null,
               "training":{"epochs":10,"max_steps":null,"max_seconds":null,"batch_size":64,
                 "sequence_length":64,
                 "optimizer":{"type":"adam","learning_rate":0.002,"beta1":0.9,"beta2":0.999,
                   "epsilon":1.0E-8},
                 "schedule":{"type":"constant"},
                 "gradient_clipping":{"type":"global_norm","threshold":5.0},
                 "early_stopping":null,"top_k":9}},
             "non_finite":[]}\
            """
                .formatted(model.id(), model.created(), model.parameters().values().length));
  }

  @Test
  void list_isPaged() {
    ModelFixtures.save(catalogue, "first");
    String second = ModelFixtures.save(catalogue, "second").id();
    MvcTestResult page = mvc.get().uri("/v1/models?limit=1").exchange();
    assertThat(page).bodyJson().extractingPath("last_id").isEqualTo(second);
    assertThat(page).bodyJson().extractingPath("has_more").isEqualTo(true);
    assertThat(mvc.get().uri("/v1/models?limit=1&after=" + second))
        .bodyJson()
        .extractingPath("data[0].id")
        .asString()
        .startsWith("first-");
    assertThat(mvc.get().uri("/v1/models?limit=0"))
        .hasStatus(400)
        .bodyJson()
        .extractingPath("error.param")
        .isEqualTo("limit");
  }

  @Test
  void content_isTheFile() throws IOException {
    String id = ModelFixtures.save(catalogue, "tiny").id();
    MvcTestResult result = mvc.get().uri("/v1/models/" + id + "/content").exchange();
    assertThat(result)
        .hasStatusOk()
        .hasContentType(MediaType.APPLICATION_OCTET_STREAM)
        .headers()
        .hasValue("Content-Disposition", "attachment; filename=\"" + id + ".safetensors\"");
    assertThat(result.getResponse().getContentAsByteArray())
        .isEqualTo(Files.readAllBytes(catalogue.content(id)));
  }

  /** As if it were deleted after it was looked up: of the file itself, nothing is left. */
  @ParameterizedTest
  @CsvSource({"X, none", "Range, bytes=0-1", "Range, 'bytes=0-0,2-2'"})
  void content_deletedMeanwhile_is404(String header, String value) throws IOException {
    String id = ModelFixtures.save(catalogue, "tiny").id();
    Files.delete(catalogue.content(id));
    assertNotFound(mvc.get().uri("/v1/models/" + id + "/content").header(header, value).exchange());
  }

  @Test
  void delete_answersAsOpenAi_andOnlyOnce() {
    String id = ModelFixtures.save(catalogue, "tiny").id();
    assertThat(mvc.delete().uri("/v1/models/" + id))
        .hasStatusOk()
        .bodyText()
        .isEqualTo("{\"id\":\"%s\",\"object\":\"model\",\"deleted\":true}".formatted(id));
    assertNotFound(mvc.delete().uri("/v1/models/" + id).exchange());
  }

  @Test
  void get_content_ofUnknown_are404() {
    assertNotFound(mvc.get().uri("/v1/models/nope").exchange());
    assertNotFound(mvc.get().uri("/v1/models/nope/content").exchange());
  }

  private static void assertNotFound(MvcTestResult result) {
    assertThat(result).hasStatus(404).hasContentType("application/problem+json");
    assertThat(result).bodyJson().extractingPath("error.code").isEqualTo("not_found");
  }
}
