package io.carousel.models;

import io.carousel.http.Deleted;
import io.carousel.http.Page;
import io.carousel.http.PageQuery;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/v1/models", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Models")
class ModelController {
  private final ModelCatalogue catalogue;

  ModelController(ModelCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  @GetMapping
  @Operation(
      summary = "List the models",
      description = "Newest first. A model is here once it is on disk, and after a restart.")
  Page<ModelResponse> list(@ParameterObject PageQuery query) {
    return Page.of(catalogue.list(), ModelSummary::id, query).map(ModelResponse::of);
  }

  @GetMapping("/{id}")
  @Operation(summary = "Get a model's description")
  @ApiResponse(responseCode = "200", description = "What it is and where it comes from")
  @ApiResponse(responseCode = "404", description = "`not_found`")
  ModelResponse get(@PathVariable("id") String id) {
    return ModelResponse.of(catalogue.summary(id));
  }

  @DeleteMapping("/{id}")
  @Operation(
      summary = "Delete a model",
      description = "Requests that are using it are answered as if it were still there.")
  @ApiResponse(responseCode = "200", description = "It is gone")
  @ApiResponse(responseCode = "404", description = "`not_found`")
  Deleted delete(@PathVariable("id") String id) {
    catalogue.delete(id);
    return new Deleted(id, "model");
  }

  @GetMapping(path = "/{id}/content", produces = MediaType.ALL_VALUE)
  @Operation(
      summary = "Download a model",
      description =
          "One `.safetensors` file: float32 under PyTorch's parameter names; architecture,"
              + " tokenizer with its symbols, and provenance as JSON strings in `__metadata__`.")
  @ApiResponse(
      responseCode = "200",
      description = "The file",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
              schema = @Schema(type = "string", format = "binary")))
  @ApiResponse(responseCode = "404", description = "`not_found`")
  ResponseEntity<Resource> content(@PathVariable("id") String id) {
    ContentDisposition disposition =
        ContentDisposition.attachment().filename(id + ".safetensors").build();
    FileSystemResource file = new FileSystemResource(catalogue.content(id));
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_OCTET_STREAM)
        .header(HttpHeaders.CONTENT_DISPOSITION, disposition.toString())
        .header("X-Content-Type-Options", "nosniff")
        .body(file);
  }
}
