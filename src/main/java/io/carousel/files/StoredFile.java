package io.carousel.files;

/**
 * An uploaded file.
 *
 * @param id {@code file-…}
 * @param bytes its size
 * @param createdAt Unix seconds
 * @param filename the base name under which it was uploaded; for people, never a path
 * @param purpose {@code train} or {@code fine-tune}
 * @param format {@code text}, {@code events} or {@code jsonl}
 * @param sha256 of its bytes, lower-case hexadecimal
 */
public record StoredFile(
    String id,
    long bytes,
    long createdAt,
    String filename,
    String purpose,
    String format,
    String sha256) {}
