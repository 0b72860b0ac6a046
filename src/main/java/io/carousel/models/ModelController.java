package io.carousel.models;

import io.carousel.http.Deleted;
import io.carousel.http.Downloads;
import io.carousel.http.Idempotent;
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
import java.net.URI;
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
@RequestMapping(path = "/v1/models", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Models")
class ModelController {
  /** The parts of an upload; only described by it. */
  @Schema(name = "ModelUpload")
  record Upload(
      @Schema(
              description = "the `.safetensors` file",
              type = "string",
              format = "binary",
              requiredMode = Schema.RequiredMode.REQUIRED)
          String file,
      @Schema(
              description =
                  "the id is `<suffix>-<8 hex>`; 1 to 40 characters out of a-z, 0-9 and -, default"
                      + " the name of the cell",
              example = "mine")
          String suffix) {}

  private final ModelCatalogue catalogue;
  private final ModelUploads uploads;

  ModelController(ModelCatalogue catalogue, ModelUploads uploads) {
    this.catalogue = catalogue;
    this.uploads = uploads;
  }

  @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
  @Idempotent
  @Operation(
      summary = "Upload a model",
      description =
          """
          A `.safetensors` file: what `/content` of a model gives, or a language model that PyTorch           saved. Then it can be diagnosed, scored with, asked for predictions and trained on like           one that was trained here.

          Tensors, under PyTorch's names, as F32, F64 (rounded to float32), F16 or BF16:           `embedding.weight` (V,E); for each layer k `rnn.weight_ih_l<k>` (G·H,E, or H above the           first), `rnn.weight_hh_l<k>` (G·H,H), `rnn.bias_ih_l<k>`, `rnn.bias_hh_l<k>` (G·H);           `decoder.weight` (V,H), `decoder.bias` (V). G is 1 for an RNN, 3 for a GRU (r z n), 4 for           an LSTM (i f g o). Of tied weights one matrix is enough. Any other tensor is refused.

          `__metadata__`, strings:

          - `vocabulary`: JSON list of all symbols; the id of a token is its symbol's index. Not           needed for `byte`
          - `tokenizer`: `char` (default), `byte`, `word`, `event`, or a JSON object with `type`,           `unknown`, `max_vocabulary`. Unknown symbols map to `<unk>` where the vocabulary has it,           and are rejected where it has not
          - `architecture`: `rnn`, `gru`, `lstm`, or a JSON object with the fields that a training           job has (`cell`, `layers`, `hidden_size`, `embedding_size`, `tie_weights`,           `nonlinearity` …). What it does not say follows from the shapes; `nonlinearity` is tanh

          Weights that are NaN or infinite are taken in, so that a gradient report can show them;           see `non_finite`. Limits: `carousel.limits.max-model-bytes` (256 MB; of the file, and of           its weights as float32), `max-layers`, `max-hidden-size`,           `carousel.models.max-header-bytes` (16 MB), `carousel.models.max-models` (1000).\
          """)
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
              schema = @Schema(implementation = Upload.class)))
  @ApiResponse(responseCode = "201", description = "The model, on disk; Location names it")
  @ApiResponse(
      responseCode = "400",
      description =
          "`malformed_safetensors`, `not_supported` (bidirectional, projections), `limit_exceeded`,"
              + " `missing_part`, `malformed_multipart` or `invalid_value`")
  @ApiResponse(responseCode = "413", description = "`body_too_large`")
  @ApiResponse(
      responseCode = "422",
      description =
          "`missing_tensor`, `unexpected_tensor`, `wrong_tensor_shape`, `wrong_tensor_dtype`,"
              + " `wrong_tensor_value`, `vocabulary_mismatch` or `invalid_metadata`, with the name,"
              + " what was expected and what was found")
  @ApiResponse(responseCode = "429", description = "`too_many_models`")
  @ApiResponse(responseCode = "507", description = "`storage_full`; nothing of the model is kept")
  ResponseEntity<ModelResponse> upload(
      @Parameter(hidden = true) @RequestParam("file") MultipartFile file,
      @Parameter(hidden = true) @RequestParam(name = "suffix", required = false)
          @Nullable String suffix)
      throws IOException {
    try (InputStream content = file.getInputStream()) {
      Model model = uploads.add(content, suffix == null || suffix.isEmpty() ? null : suffix);
      return ResponseEntity.created(URI.create("/v1/models/" + model.id()))
          .body(ModelResponse.of(model.summary()));
    }
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
    ContentDisposition name = ContentDisposition.attachment().filename(id + ".safetensors").build();
    return Downloads.of(
        catalogue.content(id), name, headers, () -> ProblemException.notFound("model", id));
  }
}
