/** Corpora that are made: classic next-symbol tasks whose best possible loss is known. */
@NullMarked
package io.carousel.engine.synthetic;

import org.jspecify.annotations.NullMarked;
