package io.carousel.http;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How much a client may send and leave here.
 *
 * @param maxBodyBytes of a JSON body
 * @param maxFileBytes of an uploaded file
 * @param maxModelBytes of an uploaded model, and of its weights as float32
 * @param maxFiles number of uploaded files kept at a time
 * @param maxHeaders number of header fields of a request
 */
@Validated
@ConfigurationProperties("carousel.limits")
public record LimitSettings(
    @DefaultValue("16MB") DataSize maxBodyBytes,
    @DefaultValue("256MB") DataSize maxFileBytes,
    @DefaultValue("256MB") DataSize maxModelBytes,
    @DefaultValue("1000") @Min(1) @Max(100_000) int maxFiles,
    @DefaultValue("100") @Min(16) int maxHeaders) {
  private static final String MODELS = "/v1/models";

  public LimitSettings {
    requirePositive("max-body-bytes", maxBodyBytes);
    requirePositive("max-file-bytes", maxFileBytes);
    requirePositive("max-model-bytes", maxModelBytes);
  }

  /**
   * A limit and what it is called.
   *
   * @param bytes that are allowed
   * @param setting the full name
   */
  public record Limit(long bytes, String setting) {}

  /** The limit of a JSON body. */
  public Limit ofBody() {
    return limit(maxBodyBytes, "max-body-bytes");
  }

  /** The limit of an uploaded file. */
  public Limit ofFile() {
    return limit(maxFileBytes, "max-file-bytes");
  }

  /** The limit of an uploaded model. */
  public Limit ofModel() {
    return limit(maxModelBytes, "max-model-bytes");
  }

  /** The limit of an upload to that path, which is known before anything is mapped. */
  public Limit ofUpload(String path) {
    return path.equals(MODELS) ? ofModel() : ofFile();
  }

  private static Limit limit(DataSize size, String name) {
    return new Limit(size.toBytes(), "carousel.limits." + name);
  }

  /** The greatest limit of any upload. */
  public DataSize ofAnyUpload() {
    return maxModelBytes.compareTo(maxFileBytes) > 0 ? maxModelBytes : maxFileBytes;
  }

  private static void requirePositive(String name, DataSize size) {
    if (size.toBytes() < 1) {
      throw new IllegalArgumentException(
          "carousel.limits." + name + ": expected at least 1 byte, found " + size);
    }
  }
}
