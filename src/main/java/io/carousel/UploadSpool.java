package io.carousel;

import io.carousel.storage.StorageDirectory;
import io.carousel.storage.StorageSettings;
import io.carousel.storage.UnusableStorageException;
import java.io.IOException;
import java.nio.file.Path;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Has Tomcat spool uploads below the storage, where each start removes what a killed process has
 * left. In the directory for temporary files, where they would be by default, every kill leaves up
 * to an upload's limit for good. An explicit {@code server.tomcat.basedir} comes after this.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UploadSpool implements WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> {
  private final Path directory;

  UploadSpool(StorageSettings storage) {
    this.directory = storage.directory().resolve("spool").toAbsolutePath();
  }

  @Override
  public void customize(ConfigurableTomcatWebServerFactory factory) {
    try {
      FileSystemUtils.deleteRecursively(directory);
    } catch (IOException e) {
      throw UnusableStorageException.of(directory, e);
    }
    factory.setBaseDirectory(StorageDirectory.make(directory).toFile());
  }
}
