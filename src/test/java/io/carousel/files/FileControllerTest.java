package io.carousel.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.http.HttpSlice;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockMultipartFile;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

@WebMvcTest(FileController.class)
@Import(FileStore.class)
@HttpSlice
class FileControllerTest {
  @TempDir static Path directory;

  @Autowired private MockMvcTester mvc;
  @Autowired private FileStore store;

  @DynamicPropertySource
  static void storage(DynamicPropertyRegistry registry) {
    registry.add("carousel.storage.directory", () -> directory);
  }

  @AfterEach
  void clear() throws Exception {
    for (StoredFile file : store.list()) {
      store.delete(file.id());
    }
  }

  @Test
  void upload_returnsTheFile() {
    MvcTestResult result = upload("shakespeare.txt", "To be", "train");
    String id = store.list().getFirst().id();
    assertThat(result)
        .hasStatusOk()
        .hasContentType(MediaType.APPLICATION_JSON)
        .bodyJson()
        .isStrictlyEqualTo(
            """
            {"id":"%s","object":"file","bytes":5,"created_at":%d,"filename":"shakespeare.txt",
             "purpose":"train","status":"processed","format":"text",
             "sha256":"%s"}\
            """
                .formatted(
                    id,
                    store.get(id).createdAt(),
                    "1bd754493b2d68d0f246eb503b367fcd9dd60971261311fc23df672e2a61cdaf"));
  }

  @Test
  void upload_withoutItsParts_is400() {
    assertThat(mvc.post().uri("/v1/files").multipart().param("purpose", "train"))
        .hasStatus(400)
        .bodyJson()
        .extractingPath("error.code")
        .isEqualTo("missing_part");
    assertThat(mvc.post().uri("/v1/files").multipart().file("file", "a".getBytes(UTF_8)))
        .hasStatus(400)
        .bodyJson()
        .extractingPath("error.param")
        .isEqualTo("purpose");
  }

  @Test
  void upload_withAnotherPurposeOrFormat_is400() {
    assertError(upload("a.txt", "a", "assistants"), 400, "invalid_value", "purpose");
    assertError(
        mvc.post()
            .uri("/v1/files")
            .multipart()
            .file(new MockMultipartFile("file", "a.txt", null, "a".getBytes(UTF_8)))
            .param("purpose", "train")
            .param("format", "csv")
            .exchange(),
        400,
        "invalid_value",
        "format");
  }

  @Test
  void upload_ofNothing_is400() {
    assertError(upload("a.txt", "", "train"), 400, "empty_file", "file");
  }

  @Test
  void upload_notMultipart_is415() {
    assertThat(mvc.post().uri("/v1/files").contentType(MediaType.APPLICATION_JSON).content("{}"))
        .hasStatus(415)
        .hasContentType("application/problem+json");
  }

  @Test
  void list_isPagedAndFiltered() {
    upload("a.txt", "a", "train");
    upload("b.txt", "b", "fine-tune");
    upload("c.txt", "c", "train");
    String second = store.list().get(1).id();
    assertThat(mvc.get().uri("/v1/files?limit=2"))
        .bodyJson()
        .extractingPath("data[*].filename")
        .asArray()
        .containsExactly("c.txt", "b.txt");
    assertThat(mvc.get().uri("/v1/files?limit=2").exchange())
        .bodyJson()
        .extractingPath("has_more")
        .isEqualTo(true);
    assertThat(mvc.get().uri("/v1/files?after=" + second))
        .bodyJson()
        .extractingPath("data[*].filename")
        .asArray()
        .containsExactly("a.txt");
    assertThat(mvc.get().uri("/v1/files?purpose=fine-tune"))
        .bodyJson()
        .extractingPath("data[*].filename")
        .asArray()
        .containsExactly("b.txt");
    String last = store.list().getLast().id();
    assertThat(mvc.get().uri("/v1/files?after=" + last))
        .hasStatusOk()
        .bodyText()
        .isEqualTo(
            "{\"object\":\"list\",\"data\":[],\"first_id\":null,\"last_id\":null,\"has_more\":false}");
  }

  @ParameterizedTest
  @CsvSource({"limit=0,limit", "limit=101,limit", "limit=x,limit", "purpose=x,purpose"})
  void list_withBadParameter_is400(String query, String param) {
    assertError(mvc.get().uri("/v1/files?" + query).exchange(), 400, "invalid_value", param);
  }

  @Test
  void list_limitThatIsNoNumber_saysWhatWasFound() {
    assertThat(mvc.get().uri("/v1/files?limit=x"))
        .bodyJson()
        .extractingPath("detail")
        .isEqualTo("limit: expected an integer, found \"x\"");
  }

  @Test
  void get_delete_content_ofUnknown_are404() {
    assertError(mvc.get().uri("/v1/files/file-x").exchange(), 404, "not_found", "id");
    assertError(mvc.delete().uri("/v1/files/file-x").exchange(), 404, "not_found", "id");
    assertError(mvc.get().uri("/v1/files/file-x/content").exchange(), 404, "not_found", "id");
  }

  @Test
  void delete_answersAsOpenAi() {
    upload("a.txt", "a", "train");
    String id = store.list().getFirst().id();
    assertThat(mvc.delete().uri("/v1/files/" + id))
        .hasStatusOk()
        .bodyText()
        .isEqualTo("{\"id\":\"%s\",\"object\":\"file\",\"deleted\":true}".formatted(id));
    assertThat(store.list()).isEmpty();
  }

  @Test
  void delete_whereJsonIsNotAccepted_is406AndDeletesNothing() {
    upload("a.txt", "a", "train");
    String id = store.list().getFirst().id();
    assertThat(mvc.delete().uri("/v1/files/" + id).accept(MediaType.TEXT_XML)).hasStatus(406);
    assertThat(store.list()).hasSize(1);
  }

  @Test
  void content_isTheBytes_whateverIsAccepted() {
    upload("é.txt", "To be €", "train");
    MvcTestResult result =
        mvc.get()
            .uri("/v1/files/" + store.list().getFirst().id() + "/content")
            .header("Accept", "application/binary")
            .exchange();
    assertThat(result).hasStatusOk().hasContentType(MediaType.APPLICATION_OCTET_STREAM);
    assertThat(result.getResponse().getContentAsByteArray()).isEqualTo("To be €".getBytes(UTF_8));
    assertThat(result.getResponse().getHeader("Content-Disposition"))
        .startsWith("attachment")
        .contains("filename*=UTF-8''%C3%A9.txt");
  }

  /** As if it were deleted after it was looked up: of the file itself, nothing is left. */
  @ParameterizedTest
  @CsvSource({"X, none", "Range, bytes=0-1", "Range, 'bytes=0-0,2-2'", "Range, bytes=99-"})
  void content_deletedMeanwhile_is404(String header, String value) throws Exception {
    upload("a.txt", "To be", "train");
    String id = store.list().getFirst().id();
    Files.delete(store.content(id));
    MvcTestResult result =
        mvc.get().uri("/v1/files/" + id + "/content").header(header, value).exchange();
    assertError(result, 404, "not_found", "id");
  }

  private MvcTestResult upload(String name, String content, String purpose) {
    return mvc.post()
        .uri("/v1/files")
        .multipart()
        .file(new MockMultipartFile("file", name, null, content.getBytes(UTF_8)))
        .param("purpose", purpose)
        .exchange();
  }

  private static void assertError(MvcTestResult result, int status, String code, String param) {
    assertThat(result).hasStatus(status).hasContentType("application/problem+json");
    assertThat(result).bodyJson().extractingPath("error.code").isEqualTo(code);
    assertThat(result).bodyJson().extractingPath("error.param").isEqualTo(param);
  }
}
