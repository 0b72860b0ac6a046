package io.carousel.engine.synthetic;

/**
 * What there is to reach on a task, exactly, in nats per predicted symbol.
 *
 * @param floor the loss of whoever knows how the sequences are made; nothing is below it but luck
 * @param baseline the loss of whoever knows all but one thing
 * @param without that thing
 */
public record KnownLoss(double floor, double baseline, String without) {}
