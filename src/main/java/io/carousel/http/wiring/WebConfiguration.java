package io.carousel.http.wiring;

import io.carousel.http.LimitSettings;
import io.carousel.http.TimeoutSettings;
import jakarta.servlet.MultipartConfigElement;
import java.util.Arrays;
import java.util.Locale;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.servlet.autoconfigure.MultipartProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;
import org.springframework.core.convert.converter.ConverterFactory;
import org.springframework.format.FormatterRegistry;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** What Spring MVC and Tomcat do differently here. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MultipartProperties.class)
class WebConfiguration implements WebMvcConfigurer {

  /** Enums of the query string are in lower case, as they are in JSON. */
  @Override
  public void addFormatters(FormatterRegistry registry) {
    registry.addConverterFactory(new LowerCaseEnums());
  }

  /**
   * JSON only: YAML, which springdoc brings along, would be read and written by rules of its own.
   */
  @Override
  public void configureMessageConverters(HttpMessageConverters.ServerBuilder builder) {
    builder.configureMessageConvertersList(converters ->
        converters.removeIf(converter ->
            converter.getSupportedMediaTypes().stream()
                .anyMatch(type -> type.getSubtype().endsWith("yaml"))));
  }

  /** The container stops an upload that no resource would take. */
  @Bean
  MultipartConfigElement uploads(LimitSettings limits, MultipartProperties defaults) {
    defaults.setMaxFileSize(limits.ofAnyUpload());
    return defaults.createMultipartConfig();
  }

  /** The heads of requests: how many headers, and no connection for one that comes byte by byte. */
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> heads(
      LimitSettings limits, TimeoutSettings timeouts) {
    return factory -> {
      factory.setProtocol(HeadTimeoutProtocol.class.getName());
      factory.addConnectorCustomizers(connector -> {
        if (connector.getProtocolHandler() instanceof HeadTimeoutProtocol protocol) {
          protocol.setHeadTimeout(timeouts.head());
          protocol.setMaxHeaderCount(limits.maxHeaders());
        }
      });
    };
  }

  /** No body that comes byte by byte without end. */
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> bodies(TimeoutSettings timeouts) {
    return factory -> factory.addEngineValves(new BodyTimeoutValve(timeouts));
  }

  /** Requests that never reach Spring, such as malformed ones, are answered like all others. */
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemsFromTomcat() {
    return factory ->
        factory.addContextCustomizers(context -> {
          if (context.getParent() instanceof org.apache.catalina.core.StandardHost host) {
            host.setErrorReportValveClass(ProblemReportValve.class.getName());
          }
        });
  }

  private static final class LowerCaseEnums implements ConverterFactory<String, Enum<?>> {
    @Override
    public <T extends Enum<?>> Converter<String, T> getConverter(Class<T> type) {
      return text ->
          Arrays.stream(type.getEnumConstants())
              .filter(constant -> constant.name().toLowerCase(Locale.ROOT).equals(text))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("no such constant"));
    }
  }
}
