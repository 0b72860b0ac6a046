package io.carousel.http;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartException;

/** A resource that only tests have, to see what every resource shares. */
@Hidden
@RestController
@TestComponent // so that no test of the whole service finds it
public class ProbeController {
  public static final AtomicInteger CREATED = new AtomicInteger();

  record Inner(int batchSize, double rate, boolean on, @Nullable String name) {}

  record Probe(
      @Nullable Inner inner,
      @Nullable CellType cell,
      @Nullable List<Integer> sizes,
      @Nullable @Max(100) Integer percentRate) {}

  @PostMapping("/probe")
  Probe echo(@Valid @RequestBody Probe probe) {
    return probe;
  }

  @PostMapping("/probe/architecture")
  Architecture architecture(@RequestBody Architecture architecture) {
    return architecture;
  }

  @PostMapping("/probe/created")
  @Idempotent
  ResponseEntity<Integer> create(@RequestBody Probe probe) {
    return ResponseEntity.status(HttpStatus.CREATED)
        .header("Location", "/probe/" + CREATED.incrementAndGet())
        .body(CREATED.get());
  }

  @GetMapping("/probe/half")
  void half(HttpServletResponse response) throws IOException {
    response.getOutputStream().write(new byte[100_000]);
    throw new IllegalStateException("in the middle");
  }

  @PostMapping("/probe/full")
  @Idempotent
  void full(@RequestBody Probe probe) {
    CREATED.incrementAndGet();
    throw ProblemException.tooMany("queue_full", "The queue is full.");
  }

  @GetMapping("/probe/cells")
  List<CellType> cells(@RequestParam("cell") CellType cell) {
    return List.of(cell);
  }

  @GetMapping("/probe/numbers")
  List<Object> numbers() {
    return List.of(
        Double.NaN,
        Float.POSITIVE_INFINITY,
        0.5f,
        new double[] {1, Double.NEGATIVE_INFINITY},
        new float[] {0.1f, Float.NaN});
  }

  @GetMapping("/probe/specification")
  void specification() {
    throw new IllegalArgumentException("layers: expected at least 1, found 0");
  }

  @GetMapping("/probe/bug")
  void bug() {
    throw new IllegalArgumentException("Secret of /home/someone: at io.carousel.Thing");
  }

  @GetMapping("/probe/failure")
  void failure() {
    throw new IllegalStateException("secret");
  }

  @GetMapping("/probe/full-disk")
  void fullDisk(@RequestParam("how") String how) throws IOException {
    IOException full = new IOException("No space left on device");
    switch (how) {
      case "write" -> throw full;
      case "model" -> throw new UncheckedIOException("model secret: " + full.getMessage(), full);
      case "quota" -> throw new FileSystemException("/secret", null, "Disk quota exceeded");
      case "spool" -> throw new MultipartException("secret", new IllegalStateException(full));
      default -> throw new IllegalStateException(how);
    }
  }

  @GetMapping("/probe/broken-disk")
  void brokenDisk(@RequestParam("how") String how) throws IOException {
    switch (how) {
      case "read-only" -> throw new FileSystemException("/secret", null, "Read-only file system");
      case "denied" -> throw new UncheckedIOException(new AccessDeniedException("/secret"));
      case "write" -> throw new IOException("Input/output error");
      case "spool" ->
          throw new MultipartException(
              "secret",
              new IllegalStateException(
                  new FileNotFoundException("/secret (a) (Read-only file system)")));
      case "location" ->
          throw new MultipartException(
              "secret", new IOException("The temporary upload location [/secret] is not valid"));
      case "directory" -> throw new NoSuchFileException("/secret/that/is/gone");
      case "other" ->
          throw new FileSystemException("/secret", "/No space left on device", "secret");
      default -> throw new IllegalStateException(how);
    }
  }

  @GetMapping("/probe/deleted")
  void deleted() throws IOException {
    Files.size(Path.of(System.getProperty("java.io.tmpdir"), "deleted-meanwhile"));
  }

  @GetMapping("/probe/error")
  void error() {
    throw new StackOverflowError("secret");
  }
}
