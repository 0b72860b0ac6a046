package io.carousel.predictions;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.predict.Predictor;
import io.carousel.http.ComputePool;
import io.carousel.http.ProblemException;
import io.carousel.models.Model;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.Function;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Service;

/**
 * Where predictions and scores are computed: a pool of its own, so that a busy trainer is not
 * waited for, and models kept open for the next request.
 */
@Service
class PredictionEngine implements DisposableBean {
  private final Kernels kernels;
  private final ComputePool pool;
  private final Cache<String, Predictor> open;

  PredictionEngine(Kernels kernels, PredictionSettings settings, MeterRegistry registry) {
    this.kernels = kernels;
    this.pool =
        new ComputePool(
            "predictions",
            settings.threadCount(),
            settings.queueCapacity(),
            "carousel.predictions.queue-capacity",
            Timer.builder("carousel.predictions")
                .description("Requests for predictions or scores, without their time in the queue")
                .register(registry));
    this.open = Caffeine.newBuilder().maximumSize(settings.openModels()).build();
  }

  /**
   * Computes with a model and waits for the answer.
   *
   * @throws ProblemException 429 where too many wait
   */
  <T> T with(Model model, Function<Predictor, T> computation) {
    return pool.run(() ->
        computation.apply(open.get(model.id(), id -> new Predictor(kernels, model.parameters()))));
  }

  @Override
  public void destroy() {
    pool.close();
  }
}
