package io.carousel.models;

import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Connections;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.http.Fields;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An architecture as a request gives it; what it does not give is as in {@link
 * Architecture#DEFAULT}, and embedding_size as hidden_size.
 */
@Schema(
    name = "ArchitectureRequest",
    description =
        "The shape of a language model: recurrent (rnn, gru, lstm), a deep feed-forward net over the last tokens (mlp), or causal dilated convolutions (conv)")
public record ArchitectureRequest(
    @Schema(description = "default lstm, or what model says") @Nullable CellType cell,
    @Schema(description = "layers above one another, default 1", example = "1")
        @Nullable Integer layers,
    @Schema(description = "units of a layer, default 128", example = "64")
        @Nullable Integer hiddenSize,
    @Schema(description = "default hidden_size", example = "64") @Nullable Integer embeddingSize,
    @Schema(description = "between layers, in [0, 1), default 0", example = "0.0")
        @Nullable Double dropout,
    @Schema(
            description = "projection shares the embedding's matrix, default false",
            example = "false")
        @Nullable Boolean tieWeights,
    @Schema(
            description =
                "what leads past the layers above the first, which is plain: residual adds a"
                    + " layer's input to what it computes (He et al. 2016), highway weighs the two"
                    + " by a gate (Srivastava et al. 2015), dense gives each layer the outputs of"
                    + " all below (Huang et al. 2017). Default none; others need at least 2 layers",
            example = "none")
        @Nullable Connections connections,
    @Schema(description = "only false for now", example = "false") @Nullable Boolean layerNorm,
    @Schema(description = "of an rnn, mlp or conv, default tanh")
        @Nullable Nonlinearity nonlinearity,
    @Schema(
            description = "of an mlp: how many of the last tokens its first layer sees, default 8",
            example = "8")
        @Nullable Integer contextSize,
    @Schema(
            description = "of a conv: how many steps of its input each layer sees, default 2",
            example = "2")
        @Nullable Integer kernelSize,
    @Schema(
            description =
                "of a conv: these steps are 1 apart in the first layer, 2 in the second, 4 in the"
                    + " third, up to this, default 64; then 1 again (van den Oord et al. 2016)",
            example = "64")
        @Nullable Integer maxDilation,
    @Nullable InitializationRequest initialization) {

  /** How a fresh network is drawn; what is not given is as in {@link Initialization#DEFAULT}. */
  @Schema(name = "InitializationRequest")
  public record InitializationRequest(
      @Schema(
              description =
                  "of recurrent weights, and of the layers above the first of an mlp or conv; default uniform")
          Initialization.@Nullable Recurrent recurrent,
      @Schema(description = "factor on these weights, default 1", example = "1.0")
          @Nullable Double recurrentGain,
      @Schema(description = "of an lstm, default 0", example = "1.0") @Nullable Double forgetBias,
      @Schema(
              description =
                  "of a highway's gates, default -2: negative, so that a fresh stack lets its input"
                      + " pass; the deeper, the lower (Srivastava et al. 2015: -1 to -10)",
              example = "-2.0")
          @Nullable Double transformBias) {

    Initialization over(Initialization base) {
      return new Initialization(
          requireNonNullElse(recurrent, base.recurrent()),
          requireNonNullElse(recurrentGain, base.recurrentGain()),
          requireNonNullElse(forgetBias, base.forgetBias()),
          requireNonNullElse(transformBias, base.transformBias()));
    }
  }

  /** Nothing given. */
  public static final ArchitectureRequest EMPTY =
      new ArchitectureRequest(
          null, null, null, null, null, null, null, null, null, null, null, null, null);

  /** Nothing but a cell given. */
  static ArchitectureRequest of(CellType cell) {
    return new ArchitectureRequest(
        cell, null, null, null, null, null, null, null, null, null, null, null, null);
  }

  /**
   * A fresh architecture.
   *
   * @param defaultCell where the request names none
   * @param limits that no default is above; what the request gives is not checked against them
   */
  public Architecture fresh(CellType defaultCell, ArchitectureLimits limits) {
    Architecture base = Architecture.DEFAULT;
    int hidden =
        requireNonNullElse(hiddenSize, Math.min(base.hiddenSize(), limits.maxHiddenSize()));
    return build(
        requireNonNullElse(cell, defaultCell),
        hidden,
        requireNonNullElse(embeddingSize, hidden),
        Math.min(base.contextSize(), limits.maxReceptiveField()),
        base);
  }

  /** An existing architecture with what the request gives put over it. */
  public Architecture over(Architecture base) {
    return build(
        requireNonNullElse(cell, base.cell()),
        requireNonNullElse(hiddenSize, base.hiddenSize()),
        requireNonNullElse(embeddingSize, base.embeddingSize()),
        base.contextSize(),
        base);
  }

  private Architecture build(
      CellType chosenCell, int hidden, int embedding, int context, Architecture base) {
    if (layerNorm != null && layerNorm) {
      throw Fields.notSupported(
          "architecture.layer_norm",
          "layer normalisation is not supported yet; expected false, found true");
    }
    Initialization drawn =
        initialization == null
            ? base.initialization()
            : Fields.within(
                "architecture.initialization", () -> initialization.over(base.initialization()));
    return Fields.within(
        "architecture",
        () ->
            new Architecture(
                chosenCell,
                requireNonNullElse(layers, base.layers()),
                hidden,
                embedding,
                requireNonNullElse(dropout, base.dropout()),
                requireNonNullElse(tieWeights, base.tieWeights()),
                requireNonNullElse(nonlinearity, base.nonlinearity()),
                drawn,
                requireNonNullElse(connections, base.connections()),
                requireNonNullElse(contextSize, context),
                requireNonNullElse(kernelSize, base.kernelSize()),
                requireNonNullElse(maxDilation, base.maxDilation())));
  }
}
