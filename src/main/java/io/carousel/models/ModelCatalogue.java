package io.carousel.models;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.Tokenizer;
import io.carousel.http.JsonProblems;
import io.carousel.http.ProblemException;
import io.carousel.storage.CreationTimes;
import io.carousel.storage.StorageDirectory;
import io.carousel.storage.StorageSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Service;
import tools.jackson.databind.json.JsonMapper;

/**
 * The trained models, on disk, one {@code .safetensors} file each.
 *
 * <p>What is known of all of them stays in memory; their weights are loaded when they are asked for
 * and kept while there is room. Nobody but this class writes to its directory.
 */
@Service
public class ModelCatalogue {
  private static final Logger log = LoggerFactory.getLogger(ModelCatalogue.class);
  private static final String EXTENSION = ".safetensors";
  private static final Pattern SUFFIX = Pattern.compile("[a-z0-9-]{1,40}");
  private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,40}-[0-9a-f]{8}");

  private final StorageDirectory directory;
  private final ModelFile format;
  private final CreationTimes times;
  private final ConcurrentMap<String, ModelSummary> models = new ConcurrentHashMap<>();
  private final Cache<String, Model> loaded;

  @Autowired
  public ModelCatalogue(StorageSettings storage, ModelSettings settings, JsonMapper mapper) {
    this(storage, settings, mapper, Clock.systemUTC());
  }

  ModelCatalogue(StorageSettings storage, ModelSettings settings, JsonMapper mapper, Clock clock) {
    this.directory = new StorageDirectory(storage, "models");
    this.format = new ModelFile(mapper);
    this.times = new CreationTimes(clock);
    this.loaded =
        Caffeine.newBuilder()
            .maximumWeight(settings.cacheBytes().toBytes())
            .weigher((String id, Model model) -> weight(model))
            .build();
    directory.load(this::open);
    log.info("{} models in the catalogue", models.size());
  }

  private void open(Path path) {
    String name = path.getFileName().toString();
    if (!name.endsWith(EXTENSION)) {
      return;
    }
    String id = name.substring(0, name.length() - EXTENSION.length());
    try {
      if (!ID.matcher(id).matches()) {
        throw new IOException("its name is not that of a model");
      }
      models.put(id, format.readSummary(path, id));
    } catch (IOException | RuntimeException e) {
      // One damaged file must not keep all other models away.
      log.warn("{} is damaged and not listed: {}", path, e.getMessage());
    }
  }

  /** Bytes of the weights; Caffeine adds up to a long what each entry gives as an int. */
  private static int weight(Model model) {
    return (int) Math.min(Integer.MAX_VALUE, 4L * model.parameters().values().length + 1024);
  }

  /**
   * Checks a suffix before work is spent on the model that will bear it.
   *
   * @param suffix 1 to 40 characters out of a–z, 0–9 and -, or null
   * @throws ProblemException 400 where it is anything else
   */
  public static void requireSuffix(@Nullable String suffix) {
    if (suffix != null && !SUFFIX.matcher(suffix).matches()) {
      throw ProblemException.invalid(
          "suffix",
          "suffix: expected 1 to 40 characters out of a-z, 0-9 and -, found "
              + JsonProblems.shown(suffix));
    }
  }

  /**
   * Keeps a model. It is on disk on return, under the id {@code <suffix>-<8 hex>}.
   *
   * @param suffix as {@link #requireSuffix} wants it; null: the name of the cell
   * @param parameters copied, so that the caller may go on training with them
   * @throws ProblemException 400 where the suffix is not one
   * @throws UncheckedIOException where it cannot be written; then nothing is left of it
   */
  public Model save(
      @Nullable String suffix,
      Architecture architecture,
      Tokenizer tokenizer,
      Parameters parameters,
      Provenance provenance) {
    return add(suffix, architecture, tokenizer, parameters.copy(), provenance);
  }

  /** As {@link #save}, with parameters that nobody else writes to. */
  Model add(
      @Nullable String suffix,
      Architecture architecture,
      Tokenizer tokenizer,
      Parameters parameters,
      Provenance provenance) {
    requireSuffix(suffix);
    ModelSummary summary =
        new ModelSummary(
            freshId(suffix != null ? suffix : architecture.cell().name().toLowerCase(Locale.ROOT)),
            times.next(),
            architecture,
            tokenizer,
            parameters.values().length,
            provenance,
            NonFiniteWeights.of(parameters));
    Model model = new Model(summary, parameters);
    try {
      format.write(path(summary.id()), summary, model.parameters());
    } catch (IOException e) {
      discard(path(summary.id()), e);
      throw new UncheckedIOException("model %s: %s".formatted(summary.id(), e.getMessage()), e);
    }
    models.put(summary.id(), summary);
    loaded.put(summary.id(), model);
    return model;
  }

  /** The file is there where only what comes after its move has failed. */
  private static void discard(Path path, IOException failure) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private String freshId(String name) {
    while (true) {
      String id = "%s-%08x".formatted(name, ThreadLocalRandom.current().nextInt());
      if (!models.containsKey(id) && !Files.exists(path(id))) {
        return id;
      }
    }
  }

  /**
   * The model of that id, its weights loaded.
   *
   * @throws ProblemException 404 where there is none
   */
  public Model get(String id) {
    return get(id, "id");
  }

  /**
   * The model that a field of a request names.
   *
   * @param param the field's name, for the problem
   * @throws ProblemException 404 where there is none
   */
  public Model get(String id, String param) {
    ModelSummary summary = summary(id, param);
    return loaded.get(id, key -> load(summary, param));
  }

  private Model load(ModelSummary summary, String param) {
    try {
      return new Model(summary, format.readParameters(path(summary.id()), summary));
    } catch (NoSuchFileException e) { // deleted since it was looked up
      throw ProblemException.notFound("model", summary.id(), param);
    } catch (IOException e) {
      throw new UncheckedIOException("model %s: %s".formatted(summary.id(), e.getMessage()), e);
    }
  }

  /**
   * What is known of a model without its weights.
   *
   * @throws ProblemException 404 where there is none
   */
  public ModelSummary summary(String id) {
    return summary(id, "id");
  }

  private ModelSummary summary(String id, String param) {
    ModelSummary summary = models.get(id);
    if (summary == null) {
      throw ProblemException.notFound("model", id, param);
    }
    return summary;
  }

  public boolean exists(String id) {
    return models.containsKey(id);
  }

  /** All models, newest first, without their weights. */
  public List<ModelSummary> list() {
    return models.values().stream()
        .sorted(
            Comparator.comparing(ModelSummary::createdAt)
                .thenComparing(ModelSummary::id)
                .reversed())
        .toList();
  }

  /**
   * Removes a model; whoever holds it may go on using it.
   *
   * @throws ProblemException 404 where there is none
   * @throws UncheckedIOException where its file cannot be removed; then it stays in the catalogue
   */
  public void delete(String id) {
    summary(id);
    try {
      Files.deleteIfExists(path(id));
    } catch (IOException e) {
      throw new UncheckedIOException("model %s: %s".formatted(id, e.getMessage()), e);
    }
    boolean removed = models.remove(id) != null;
    // After the file, and waiting for a load that is under way: no weights come back.
    loaded.invalidate(id);
    if (!removed) { // another request was faster
      throw ProblemException.notFound("model", id);
    }
  }

  /**
   * The model's {@code .safetensors} file.
   *
   * @throws ProblemException 404 where there is none
   */
  public Path content(String id) {
    return path(summary(id).id());
  }

  private Path path(String id) {
    return directory.file(id + EXTENSION);
  }
}
