package io.carousel.models;

import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.http.Fields;
import io.carousel.http.JsonProblems;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An architecture as a request gives it; what it does not give is as in {@link
 * Architecture#DEFAULT}, and embedding_size as hidden_size.
 */
@Schema(name = "ArchitectureRequest", description = "The shape of a recurrent language model")
public record ArchitectureRequest(
    @Schema(description = "default lstm, or what model says") @Nullable CellType cell,
    @Schema(description = "recurrent layers, default 1", example = "1") @Nullable Integer layers,
    @Schema(description = "units of a layer, default 128", example = "64")
        @Nullable Integer hiddenSize,
    @Schema(description = "default hidden_size", example = "64") @Nullable Integer embeddingSize,
    @Schema(description = "between layers, in [0, 1), default 0", example = "0.0")
        @Nullable Double dropout,
    @Schema(
            description = "projection shares the embedding's matrix, default false",
            example = "false")
        @Nullable Boolean tieWeights,
    @Schema(description = "only none for now", example = "none") @Nullable String connections,
    @Schema(description = "only false for now", example = "false") @Nullable Boolean layerNorm,
    @Schema(description = "of a plain rnn, default tanh") @Nullable Nonlinearity nonlinearity,
    @Nullable InitializationRequest initialization) {

  /** How a fresh network is drawn; what is not given is as in {@link Initialization#DEFAULT}. */
  @Schema(name = "InitializationRequest")
  public record InitializationRequest(
      @Schema(description = "of recurrent weights, default uniform")
          Initialization.@Nullable Recurrent recurrent,
      @Schema(description = "factor on recurrent weights, default 1", example = "1.0")
          @Nullable Double recurrentGain,
      @Schema(description = "of an lstm, default 0", example = "1.0") @Nullable Double forgetBias) {

    Initialization over(Initialization base) {
      return new Initialization(
          requireNonNullElse(recurrent, base.recurrent()),
          requireNonNullElse(recurrentGain, base.recurrentGain()),
          requireNonNullElse(forgetBias, base.forgetBias()));
    }
  }

  /** Nothing given. */
  public static final ArchitectureRequest EMPTY =
      new ArchitectureRequest(null, null, null, null, null, null, null, null, null, null);

  /** Nothing but a cell given. */
  static ArchitectureRequest of(CellType cell) {
    return new ArchitectureRequest(cell, null, null, null, null, null, null, null, null, null);
  }

  /**
   * A fresh architecture.
   *
   * @param defaultCell where the request names none
   */
  public Architecture fresh(CellType defaultCell) {
    Architecture base = Architecture.DEFAULT;
    int hidden = requireNonNullElse(hiddenSize, base.hiddenSize());
    return build(
        requireNonNullElse(cell, defaultCell),
        hidden,
        requireNonNullElse(embeddingSize, hidden),
        base);
  }

  /** An existing architecture with what the request gives put over it. */
  public Architecture over(Architecture base) {
    return build(
        requireNonNullElse(cell, base.cell()),
        requireNonNullElse(hiddenSize, base.hiddenSize()),
        requireNonNullElse(embeddingSize, base.embeddingSize()),
        base);
  }

  private Architecture build(CellType chosenCell, int hidden, int embedding, Architecture base) {
    if (connections != null && !connections.equals("none")) {
      throw Fields.notSupported(
          "architecture.connections",
          "connections between layers are not supported yet; expected \"none\", found "
              + JsonProblems.shown(connections));
    }
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
                drawn));
  }
}
