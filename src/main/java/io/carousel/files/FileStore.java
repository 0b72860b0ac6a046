package io.carousel.files;

import org.springframework.stereotype.Service;

/** The uploaded files, on disk. */
@Service
public class FileStore {

  /**
   * The file of that id.
   *
   * @throws io.carousel.http.ProblemException 404 where there is none
   */
  public StoredFile get(String id) {
    return get(id, "id");
  }

  /**
   * The file that a field of a request names.
   *
   * @param param the field's name, for the problem
   * @throws io.carousel.http.ProblemException 404 where there is none
   */
  public StoredFile get(String id, String param) {
    throw new UnsupportedOperationException();
  }

  /** SHA-256 of the file's bytes, lower-case hexadecimal. */
  public String sha256(StoredFile file) {
    return file.sha256();
  }
}
