/**
 * How the service's rules are made known to Spring MVC, Tomcat, Jackson and springdoc: which answer
 * an exception becomes, how JSON is read and written, what the API's description says. Nobody calls
 * it.
 */
@NullMarked
package io.carousel.http.wiring;

import org.jspecify.annotations.NullMarked;
