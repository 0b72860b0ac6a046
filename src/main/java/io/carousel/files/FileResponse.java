package io.carousel.files;

import io.swagger.v3.oas.annotations.media.Schema;

/** A file as a client sees it: OpenAI's fields, and format and digest. */
@Schema(name = "File")
record FileResponse(
    @Schema(example = "file-06480a4b1cf2c3a1b2c3") String id,
    @Schema(example = "file") String object,
    @Schema(description = "size in bytes", example = "1115394") long bytes,
    @Schema(description = "Unix seconds", example = "1767225600") long createdAt,
    @Schema(description = "base name of the upload", example = "shakespeare.txt") String filename,
    @Schema(
            example = "train",
            allowableValues = {"train", "fine-tune"})
        String purpose,
    @Schema(description = "always processed", example = "processed") String status,
    @Schema(
            example = "text",
            allowableValues = {"text", "events", "jsonl"})
        String format,
    @Schema(
            description = "of the bytes, hexadecimal",
            example = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed")
        String sha256) {

  static FileResponse of(StoredFile file) {
    return new FileResponse(
        file.id(),
        "file",
        file.bytes(),
        file.createdAt(),
        file.filename(),
        file.purpose(),
        "processed",
        file.format(),
        file.sha256());
  }
}
