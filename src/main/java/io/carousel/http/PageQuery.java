package io.carousel.http;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Which page of a list is asked for; the same two parameters for every list. */
public record PageQuery(
    @Parameter(
            description = "how many to give",
            schema = @Schema(type = "integer", defaultValue = "20", minimum = "1", maximum = "100"))
        @Nullable Integer limit,
    @Parameter(
            description = "id of the last one of the page before",
            schema = @Schema(type = "string"))
        @Nullable String after) {}
