/** Safetensors files with PyTorch's parameter names. */
@NullMarked
package io.carousel.engine.format;

import org.jspecify.annotations.NullMarked;
