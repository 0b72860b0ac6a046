package io.carousel.files;

import io.carousel.http.Deleted;
import io.carousel.http.Downloads;
import io.carousel.http.Idempotent;
import io.carousel.http.JsonProblems;
import io.carousel.http.Page;
import io.carousel.http.PageQuery;
import io.carousel.http.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.core.io.Resource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

@RestController
@RequestMapping(path = "/v1/files", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Files")
class FileController {
  /** The parts of an upload; only described by it. */
  @Schema(name = "FileUpload")
  record Upload(
      @Schema(
              description = "the file itself",
              type = "string",
              format = "binary",
              requiredMode = Schema.RequiredMode.REQUIRED)
          String file,
      @Schema(
              description = "what it is for; both are treated alike",
              example = "train",
              allowableValues = {"train", "fine-tune"},
              requiredMode = Schema.RequiredMode.REQUIRED)
          String purpose,
      @Schema(
              description = "overrides what the file's name says",
              example = "text",
              allowableValues = {"text", "events", "jsonl"})
          String format) {}

  private static final Set<String> PURPOSES = Set.of("train", "fine-tune");

  private final FileStore store;

  FileController(FileStore store) {
    this.store = store;
  }

  @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
  @Idempotent
  @Operation(
      summary = "Upload a corpus",
      description =
          """
          UTF-8, at most `carousel.limits.max-file-bytes` (256 MB by default). Formats:

          - `text`: one running text (`.txt`)
          - `events`: one sequence a line, its events separated by white space (`.dat`)
          - `jsonl`: one sequence a line (`.jsonl`), all as `{"text": "…"}` or all as \
          `{"tokens": ["login", "view", 7]}`

          Without `format` the file's name tells it, and its first character where the name does \
          not.\
          """)
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
              schema = @Schema(implementation = Upload.class)))
  @ApiResponse(responseCode = "200", description = "The file, on disk")
  @ApiResponse(
      responseCode = "400",
      description =
          "`missing_part`, `missing_parameter`, `empty_file`, `not_utf8` (with the byte's offset),"
              + " `malformed_jsonl` (with the line's number), `malformed_multipart` or"
              + " `invalid_value`")
  @ApiResponse(responseCode = "413", description = "`body_too_large`")
  @ApiResponse(
      responseCode = "429",
      description = "`too_many_files`: `carousel.limits.max-files` (1000 by default) are kept")
  @ApiResponse(responseCode = "507", description = "`storage_full`; nothing of the file is kept")
  FileResponse upload(
      @Parameter(hidden = true) @RequestParam("file") MultipartFile file,
      @Parameter(hidden = true) @RequestParam("purpose") String purpose,
      @Parameter(hidden = true) @RequestParam(name = "format", required = false)
          @Nullable String format)
      throws IOException {
    requirePurpose(purpose);
    FileFormat wanted = format == null || format.isEmpty() ? null : FileFormat.named(format);
    if (wanted == null && format != null && !format.isEmpty()) {
      throw ProblemException.invalid(
          "format",
          "format: expected one of %s, found %s"
              .formatted(FileFormat.names(), JsonProblems.shown(format)));
    }
    try (InputStream content = file.getInputStream()) {
      return FileResponse.of(store.add(content, file.getOriginalFilename(), purpose, wanted));
    }
  }

  @GetMapping
  @Operation(summary = "List the files", description = "Newest first.")
  Page<FileResponse> list(
      @Parameter(
              description = "only those of this purpose",
              schema = @Schema(allowableValues = {"train", "fine-tune"}))
          @RequestParam(name = "purpose", required = false)
          @Nullable String purpose,
      @ParameterObject PageQuery query) {
    if (purpose != null) {
      requirePurpose(purpose);
    }
    List<StoredFile> files =
        store.list().stream()
            .filter(file -> purpose == null || file.purpose().equals(purpose))
            .toList();
    return Page.of(files, StoredFile::id, query).map(FileResponse::of);
  }

  @GetMapping("/{id}")
  @Operation(summary = "Get a file's description")
  @ApiResponse(responseCode = "200", description = "The description")
  @ApiResponse(responseCode = "404", description = "`not_found`")
  FileResponse get(@PathVariable("id") String id) {
    return FileResponse.of(store.get(id));
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Delete a file", description = "Jobs that have read it go on.")
  @ApiResponse(responseCode = "200", description = "It is gone")
  @ApiResponse(responseCode = "404", description = "`not_found`")
  Deleted delete(@PathVariable("id") String id) throws IOException {
    store.delete(id);
    return new Deleted(id, "file");
  }

  @GetMapping(path = "/{id}/content", produces = MediaType.ALL_VALUE)
  @Operation(summary = "Download a file")
  @ApiResponse(
      responseCode = "200",
      description = "The bytes as they were uploaded",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
              schema = @Schema(type = "string", format = "binary")))
  @ApiResponse(
      responseCode = "206",
      description = "The part that Range names, or the parts",
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
            schema = @Schema(type = "string", format = "binary")),
        @Content(
            mediaType = "multipart/byteranges",
            schema = @Schema(type = "string", format = "binary"))
      })
  @ApiResponse(responseCode = "404", description = "`not_found`")
  @ApiResponse(responseCode = "416", description = "Range names nothing that there is")
  ResponseEntity<Resource> content(
      @PathVariable("id") String id, @RequestHeader HttpHeaders headers) throws IOException {
    ContentDisposition name =
        ContentDisposition.attachment()
            .filename(store.get(id).filename(), StandardCharsets.UTF_8)
            .build();
    return Downloads.of(
        store.content(id), name, headers, () -> ProblemException.notFound("file", id));
  }

  private static void requirePurpose(String purpose) {
    if (!PURPOSES.contains(purpose)) {
      throw ProblemException.invalid(
          "purpose", "purpose: expected train or fine-tune, found " + JsonProblems.shown(purpose));
    }
  }
}
