/** The engine: pure Java, no Spring, no HTTP, no JSON. Everything numerical lives below here. */
@NullMarked
package io.carousel.engine;

import org.jspecify.annotations.NullMarked;
