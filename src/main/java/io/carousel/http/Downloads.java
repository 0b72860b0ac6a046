package io.carousel.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
   * @throws ProblemException 416 where Range names nothing that there is: the framework would send
   *     the whole file with that status
   */
  public static ResponseEntity<Resource> of(Path path, ContentDisposition name, HttpHeaders request)
      throws IOException {
    FileSystemResource file = new FileSystemResource(path);
    try {
      HttpRange.toResourceRegions(request.getRange(), file);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
          "range_not_satisfiable",
          HttpHeaders.RANGE,
          "Range: expected 'bytes=<first>-<last>' within the %d bytes that there are, found %s"
              .formatted(
                  Files.size(path), JsonProblems.shown(request.getFirst(HttpHeaders.RANGE))));
    }
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_OCTET_STREAM)
        .header(HttpHeaders.CONTENT_DISPOSITION, name.toString())
        .body(file);
  }
}
