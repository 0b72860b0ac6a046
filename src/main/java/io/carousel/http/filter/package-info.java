/**
 * What every request passes before a resource sees it, in this order: id, key, size, repetition.
 */
@NullMarked
package io.carousel.http.filter;

import org.jspecify.annotations.NullMarked;
