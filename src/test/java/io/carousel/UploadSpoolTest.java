package io.carousel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

import io.carousel.storage.StorageSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;

class UploadSpoolTest {
  @TempDir private Path storage;

  @Test
  void start_removesWhatAKillHasLeft_andSpoolsThere() throws IOException {
    Path spool = storage.resolve("spool");
    Path left = spool.resolve("work/Tomcat/localhost/ROOT/upload_1.tmp");
    Files.createDirectories(left.getParent());
    Files.writeString(left, "half");
    Path model = Files.writeString(storage.resolve("model"), "whole");
    ConfigurableTomcatWebServerFactory tomcat = mock(ConfigurableTomcatWebServerFactory.class);

    new UploadSpool(new StorageSettings(storage)).customize(tomcat);

    assertThat(spool).isEmptyDirectory();
    assertThat(model).exists();
    verify(tomcat).setBaseDirectory(spool.toAbsolutePath().toFile());
  }
}
