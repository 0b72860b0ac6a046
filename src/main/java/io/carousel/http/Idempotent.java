package io.carousel.http;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a POST handler that creates something and therefore honours {@code Idempotency-Key}: the
 * same key with the same body gives the first answer again, with another body 422, and 409 while
 * the first request is still in flight.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Idempotent {}
