package io.carousel.models;

import java.nio.file.Path;
import java.util.List;
import org.springframework.stereotype.Service;

/** The trained models, on disk. */
@Service
public class ModelCatalogue {

  /**
   * The model of that id, its weights loaded.
   *
   * @throws io.carousel.http.ProblemException 404 where there is none
   */
  public Model get(String id) {
    return get(id, "id");
  }

  /**
   * The model that a field of a request names.
   *
   * @param param the field's name, for the problem
   * @throws io.carousel.http.ProblemException 404 where there is none
   */
  public Model get(String id, String param) {
    throw new UnsupportedOperationException();
  }

  public boolean exists(String id) {
    throw new UnsupportedOperationException();
  }

  /** All models, newest first, without their weights. */
  public List<ModelSummary> list() {
    throw new UnsupportedOperationException();
  }

  /**
   * Removes a model; whoever holds it may go on using it.
   *
   * @throws io.carousel.http.ProblemException 404 where there is none
   */
  public void delete(String id) {
    throw new UnsupportedOperationException();
  }

  /**
   * The model's {@code .safetensors} file.
   *
   * @throws io.carousel.http.ProblemException 404 where there is none
   */
  public Path content(String id) {
    throw new UnsupportedOperationException();
  }
}
