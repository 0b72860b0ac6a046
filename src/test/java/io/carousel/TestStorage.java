package io.carousel;

import io.carousel.files.FileStore;
import io.carousel.http.LimitSettings;
import io.carousel.http.wiring.JsonConfiguration;
import io.carousel.models.ModelCatalogue;
import io.carousel.models.ModelSettings;
import io.carousel.storage.StorageSettings;
import java.nio.file.Path;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

/** Files and models in a directory of a test. */
public final class TestStorage {
  private TestStorage() {}

  /** Reads and writes JSON as the service does. */
  public static JsonMapper mapper() {
    JsonMapper.Builder builder = JsonMapper.builder();
    JsonConfiguration.configure(builder);
    return builder.build();
  }

  public static ModelCatalogue models(Path directory) {
    return new ModelCatalogue(
        new StorageSettings(directory), new ModelSettings(DataSize.ofMegabytes(16)), mapper());
  }

  public static FileStore files(Path directory) {
    return new FileStore(
        new StorageSettings(directory),
        new LimitSettings(
            DataSize.ofMegabytes(1), DataSize.ofMegabytes(1), DataSize.ofMegabytes(1), 10, 100),
        mapper());
  }
}
