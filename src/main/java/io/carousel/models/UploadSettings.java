package io.carousel.models;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What an upload may bring, beside its size ({@code carousel.limits.max-model-bytes}) and that of
 * its architecture.
 *
 * @param maxHeaderBytes of the file's header, in which the vocabulary stands
 * @param maxModels that the catalogue may hold before an upload; trained ones count as well, but
 *     training is not refused
 */
@Validated
@ConfigurationProperties("carousel.models")
record UploadSettings(
    @DefaultValue("16MB") DataSize maxHeaderBytes, @DefaultValue("1000") @Min(1) int maxModels) {}
