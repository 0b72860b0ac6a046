/** The catalogue of trained models, on disk, and its HTTP resource. */
@NullMarked
package io.carousel.models;

import org.jspecify.annotations.NullMarked;
