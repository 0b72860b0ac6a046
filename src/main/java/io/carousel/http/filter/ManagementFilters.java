package io.carousel.http.filter;

import jakarta.servlet.Filter;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;

/**
 * Puts the filters before the actuator's endpoints where these have a port of their own ({@code
 * management.server.port}): that port's server knows only filters of its own context, so without
 * this it would ask for no key.
 *
 * <p>No {@code @Configuration}, because then the scan would find it for the main server, too; the
 * management server's context finds it by {@code ManagementContextConfiguration.imports}.
 */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
final class ManagementFilters {

  @Bean
  FilterRegistrationBean<RequestIdFilter> requestIds(RequestIdFilter filter) {
    return at(FilterOrder.REQUEST_ID, filter);
  }

  @Bean
  FilterRegistrationBean<SecurityHeadersFilter> securityHeaders(SecurityHeadersFilter filter) {
    return at(FilterOrder.SECURITY_HEADERS, filter);
  }

  @Bean
  FilterRegistrationBean<CrossOriginFilter> crossOrigins(CrossOriginFilter filter) {
    return at(FilterOrder.CROSS_ORIGIN, filter);
  }

  @Bean
  FilterRegistrationBean<ApiKeyFilter> apiKeys(ApiKeyFilter filter) {
    return at(FilterOrder.API_KEY, filter);
  }

  @Bean
  FilterRegistrationBean<BodyLimitFilter> bodyLimits(BodyLimitFilter filter) {
    return at(FilterOrder.BODY_LIMIT, filter);
  }

  private static <F extends Filter> FilterRegistrationBean<F> at(int order, F filter) {
    FilterRegistrationBean<F> registration = new FilterRegistrationBean<>(filter);
    registration.setOrder(order);
    return registration;
  }
}
