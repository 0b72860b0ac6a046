package io.carousel.models;

import io.carousel.http.Digests;
import io.carousel.http.LimitSettings;
import io.carousel.http.ProblemException;
import io.carousel.storage.StorageDirectory;
import io.carousel.storage.StorageSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes models in that others have made. What is kept is not the file as it came but the model that
 * it holds, written as one that was trained here.
 */
@Service
class ModelUploads {
  private final ModelCatalogue catalogue;
  private final StorageDirectory directory;
  private final UploadReader reader;
  private final int maxModels;
  private final LimitSettings.Limit limit;

  /** One model is read at a time: each may take as much memory as the limit allows. */
  private final ReentrantLock reading = new ReentrantLock();

  ModelUploads(
      ModelCatalogue catalogue,
      StorageSettings storage,
      ArchitectureLimits architectureLimits,
      LimitSettings limits,
      UploadSettings settings,
      JsonMapper mapper) {
    this.catalogue = catalogue;
    this.directory = new StorageDirectory(storage, "uploads");
    this.reader = new UploadReader(mapper, architectureLimits, limits, settings);
    this.maxModels = settings.maxModels();
    this.limit = limits.ofModel();
    directory.load(Files::deleteIfExists); // what a stop has cut off
  }

  /**
   * Takes a model in. It is on disk on return.
   *
   * @param suffix of its id; null: the name of the cell
   * @throws ProblemException 400, 413, 422 or, where the catalogue is full, 429
   */
  Model add(InputStream content, @Nullable String suffix) throws IOException {
    ModelCatalogue.requireSuffix(suffix);
    requirePlace();
    Path upload = directory.temporary(UUID.randomUUID().toString());
    try {
      MessageDigest digest = Digests.sha256();
      long bytes = Files.copy(new DigestInputStream(content, digest), upload);
      if (bytes > limit.bytes()) {
        throw ProblemException.tooLarge(limit, bytes + " bytes");
      }
      return read(upload, HexFormat.of().formatHex(digest.digest()), suffix);
    } finally {
      Files.deleteIfExists(upload);
    }
  }

  private Model read(Path upload, String sha256, @Nullable String suffix) throws IOException {
    reading.lock();
    try {
      requirePlace();
      UploadReader.Upload model = reader.read(upload);
      return catalogue.add(
          suffix,
          model.architecture(),
          model.tokenizer(),
          model.parameters(),
          model.provenance().uploadedAs(sha256));
    } finally {
      reading.unlock();
    }
  }

  private void requirePlace() {
    int found = catalogue.list().size();
    if (found >= maxModels) {
      throw ProblemException.tooMany(
          "too_many_models",
          ("The catalogue is full: expected fewer than %d models (the setting"
                  + " carousel.models.max-models), found %d. Delete some first.")
              .formatted(maxModels, found));
    }
  }
}
