package io.carousel.engine;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Connections;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.ParameterLayout;
import io.carousel.engine.nn.Parameters;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reference values from PyTorch autograd in float64: one stacked language model of each kind with a
 * batch, its logits, loss, gradients, state gradients, lag matrix and ten steps of training.
 *
 * <p>{@code src/test/resources/fixtures/generate.py}, {@code generate_connections.py} and {@code
 * generate_feedforward.py} made them and say what each value is. Arrays are row-major in the shapes
 * named here.
 */
public final class PyTorchFixture {

  /** Every kind there is a fixture of. */
  public static final List<String> KINDS = List.of("rnn-tanh", "rnn-relu", "gru", "lstm");

  /** Every stack with connections past its layers that there is a fixture of. */
  public static final List<String> CONNECTED =
      List.of(
          "rnn-tanh-residual",
          "rnn-relu-dense",
          "gru-highway",
          "gru-dense",
          "lstm-residual",
          "lstm-highway");

  /** Every stack of layers that are not recurrent that there is a fixture of. */
  public static final List<String> FEED_FORWARD =
      List.of("mlp-tanh-none", "mlp-relu-residual", "conv-tanh-highway", "conv-tanh-dense");

  /** Those with the gradient at what each layer hands upwards. */
  public static final List<String> WITH_OUTPUTS =
      Stream.of(CONNECTED, FEED_FORWARD).flatMap(List::stream).toList();

  /** {@link #KINDS}, {@link #CONNECTED} and {@link #FEED_FORWARD}. */
  public static final List<String> ALL =
      Stream.of(KINDS, CONNECTED, FEED_FORWARD).flatMap(List::stream).toList();

  /**
   * One step of training with Adam (lr 0.01, betas 0.9 and 0.999, eps 1e-8), clipped to norm 0.1.
   *
   * @param loss before the step
   * @param gradientNorm before the clip
   */
  public record TrajectoryStep(double loss, double gradientNorm) {}

  private final JsonNode root;

  private PyTorchFixture(JsonNode root) {
    this.root = root;
  }

  /** Reads the fixture of one of {@link #ALL}. */
  public static PyTorchFixture load(String kind) {
    String resource = "/fixtures/" + kind + ".json";
    try (InputStream in = PyTorchFixture.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("expected a resource, found none at " + resource);
      }
      return new PyTorchFixture(JsonMapper.builder().build().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String kind() {
    return node("kind").asString();
  }

  /** T. */
  public int steps() {
    return node("T").asInt();
  }

  /** B. */
  public int batchSize() {
    return node("B").asInt();
  }

  /** V. */
  public int vocabularySize() {
    return node("V").asInt();
  }

  /** The shape of the fixture's model; its initialisation and dropout play no part. */
  public Architecture architecture() {
    String kind = kind();
    return new Architecture(
        CellType.valueOf(kind.split("-")[0].toUpperCase(Locale.ROOT)),
        node("L").asInt(),
        node("H").asInt(),
        node("E").asInt(),
        0.0,
        false,
        kind.endsWith("-relu") ? Nonlinearity.RELU : Nonlinearity.TANH,
        Initialization.DEFAULT,
        root.has("connections")
            ? Connections.valueOf(node("connections").asString().toUpperCase(Locale.ROOT))
            : Connections.NONE,
        root.has("context_size")
            ? node("context_size").asInt()
            : Architecture.DEFAULT.contextSize(),
        root.has("kernel_size") ? node("kernel_size").asInt() : Architecture.DEFAULT.kernelSize(),
        root.has("max_dilation")
            ? node("max_dilation").asInt()
            : Architecture.DEFAULT.maxDilation());
  }

  public ParameterLayout layout() {
    return new ParameterLayout(architecture(), vocabularySize());
  }

  /** Token ids [T][B]. */
  public int[][] inputs() {
    return tokens("inputs");
  }

  /** Token ids [T][B]; every prediction is scored. */
  public int[][] targets() {
    return tokens("targets");
  }

  /** One parameter by PyTorch's name. */
  public double[] parameter(String name) {
    return array(node("parameters"), name);
  }

  /** All parameters, flat, in the order of {@link #layout()}. */
  public double[] parameters() {
    return flat("parameters");
  }

  /** All parameters rounded to float, for the production engine. */
  public Parameters floatParameters() {
    double[] exact = parameters();
    float[] rounded = new float[exact.length];
    for (int i = 0; i < exact.length; i++) {
      rounded[i] = (float) exact[i];
    }
    return new Parameters(layout(), rounded);
  }

  /** Mean cross-entropy over the T·B predictions, in nats. */
  public double loss() {
    return node("loss").asDouble();
  }

  /** (T,B,V). */
  public double[] logits() {
    return array(root, "logits");
  }

  /** Gradient of {@link #loss()} in one parameter. */
  public double[] gradient(String name) {
    return array(node("gradients"), name);
  }

  /** Gradient of {@link #loss()} in all parameters, flat, in the order of {@link #layout()}. */
  public double[] gradients() {
    return flat("gradients");
  }

  /** Gradient of {@link #loss()} in the states "h" or, of an LSTM, "c": (L,T,B,H). */
  public double[] stateGradient(String state) {
    return array(node("state_gradient"), state);
  }

  /**
   * Gradient of {@link #loss()} in what each layer hands upwards, its own next step left out:
   * (L,T,B,H). Of {@link #WITH_OUTPUTS} only.
   */
  public double[] outputGradient() {
    return array(root, "output_gradient");
  }

  /**
   * ‖∂L_t/∂h_k‖ (or c_k) of one prediction's undivided loss: (L, T for t, T for k, B); 0 where k >
   * t.
   */
  public double[] lagMatrix(String state) {
    return array(node("lag_matrix"), state);
  }

  /** "h", and of an LSTM also "c"; of layers that are not recurrent "x", what they are given. */
  public List<String> states() {
    if (!architecture().cell().recurrent()) {
      return List.of("x");
    }
    return kind().equals("lstm") ? List.of("h", "c") : List.of("h");
  }

  public List<TrajectoryStep> trajectory() {
    List<TrajectoryStep> steps = new ArrayList<>();
    for (JsonNode step : node("trajectory")) {
      steps.add(
          new TrajectoryStep(
              required(step, "loss").asDouble(), required(step, "gradient_norm").asDouble()));
    }
    return steps;
  }

  private int[][] tokens(String field) {
    double[] flat = array(root, field);
    int[][] tokens = new int[steps()][batchSize()];
    for (int t = 0; t < steps(); t++) {
      for (int b = 0; b < batchSize(); b++) {
        tokens[t][b] = (int) flat[t * batchSize() + b];
      }
    }
    return tokens;
  }

  private double[] flat(String group) {
    ParameterLayout layout = layout();
    double[] flat = new double[layout.size()];
    for (ParameterLayout.Entry entry : layout.entries()) {
      double[] values = array(node(group), entry.name());
      if (values.length != entry.size()) {
        throw new IllegalStateException(
            "%s: expected %d values, found %d"
                .formatted(entry.name(), entry.size(), values.length));
      }
      System.arraycopy(values, 0, flat, entry.offset(), values.length);
    }
    return flat;
  }

  private static double[] array(JsonNode parent, String field) {
    JsonNode data = required(required(parent, field), "data");
    double[] values = new double[data.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = data.get(i).asDouble();
    }
    return values;
  }

  private JsonNode node(String field) {
    return required(root, field);
  }

  private static JsonNode required(JsonNode parent, String field) {
    JsonNode value = parent.get(field);
    if (value == null) {
      throw new IllegalArgumentException("the fixture has no field " + field);
    }
    return value;
  }
}
