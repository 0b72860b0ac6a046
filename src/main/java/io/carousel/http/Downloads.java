package io.carousel.http;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRange;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** Answers that are the bytes of a file. */
public final class Downloads {
  private Downloads() {}

  /**
   * The file as an attachment, or the part of it that the request's Range names.
   *
   * @param name under which a browser saves it
   * @param request the request's headers
   * @param gone what to say where the file is deleted before it is open; what is open is sent
   * @throws ProblemException 416 where Range names nothing that there is: the framework would send
   *     the whole file with that status
   */
  public static ResponseEntity<Resource> of(
      Path path, ContentDisposition name, HttpHeaders request, Supplier<ProblemException> gone)
      throws IOException {
    Resource file = new Deletable(path, gone);
    try {
      requireRange(request);
      HttpRange.toResourceRegions(request.getRange(), file);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
          "range_not_satisfiable",
          HttpHeaders.RANGE,
          "Range: expected 'bytes=<first>-<last>' within the %d bytes that there are, found %s"
              .formatted(
                  file.contentLength(), JsonProblems.shown(request.getFirst(HttpHeaders.RANGE))));
    }
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_OCTET_STREAM)
        .header(HttpHeaders.CONTENT_DISPOSITION, name.toString())
        .body(file);
  }

  /** Of a Range without a range the framework makes a part without a byte. */
  private static void requireRange(HttpHeaders request) {
    if (request.getFirst(HttpHeaders.RANGE) != null && request.getRange().isEmpty()) {
      throw new IllegalArgumentException("no range");
    }
  }

  /**
   * A file that may be deleted at any moment. The framework would answer that with a 500 where it
   * asks for the length, and with a 200 without a body where it opens the file.
   */
  private static final class Deletable extends FileSystemResource {
    private final Supplier<ProblemException> gone;

    Deletable(Path path, Supplier<ProblemException> gone) {
      super(path);
      this.gone = gone;
    }

    @Override
    public InputStream getInputStream() throws IOException {
      try {
        return super.getInputStream();
      } catch (FileNotFoundException | NoSuchFileException e) {
        throw gone.get();
      }
    }

    @Override
    public long contentLength() throws IOException {
      try {
        return super.contentLength();
      } catch (FileNotFoundException | NoSuchFileException e) {
        throw gone.get();
      }
    }
  }
}
