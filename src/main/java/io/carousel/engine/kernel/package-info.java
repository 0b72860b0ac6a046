/**
 * Float arithmetic: matrix products, fused gates, softmax-cross-entropy, norms; the only place that
 * knows the Vector API and ND4J.
 */
@NullMarked
package io.carousel.engine.kernel;

import org.jspecify.annotations.NullMarked;
