package io.carousel;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Ends a start with a setting below {@code carousel} that nothing reads, which is a misspelt one: a
 * limit that an operator believes in must not be left at its default in silence.
 *
 * <p>Arguments and files are checked. Variables of the environment are not, where {@code
 * CAROUSEL_…} may be anyone's (a service link, the build argument of an image), nor are system
 * properties. {@code ignoreUnknownFields} of Spring Boot would do the same for a prefix that a
 * single class binds, but several share {@code carousel.limits}.
 */
@Component
final class UnknownSettings implements BeanFactoryPostProcessor {
  private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("carousel");

  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
    Environment environment =
        beans.getBean(ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME, Environment.class);
    Set<ConfigurationPropertyName> known = known(beans);
    UnboundElementsSourceFilter checked = new UnboundElementsSourceFilter();
    List<String> unknown = new ArrayList<>();
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source instanceof IterableConfigurationPropertySource names && checked.apply(source)) {
        names.stream()
            .filter(ROOT::isAncestorOf)
            .filter(name -> known.stream().noneMatch(k -> k.equals(name) || k.isAncestorOf(name)))
            .map(name -> name + " (" + origin(source, name) + ")")
            .forEach(unknown::add);
      }
    }
    if (!unknown.isEmpty()) {
      throw new UnknownSettingException(unknown);
    }
  }

  /** Where it stands; never what, which may be a key. */
  private static String origin(ConfigurationPropertySource source, ConfigurationPropertyName name) {
    var property = source.getConfigurationProperty(name);
    return String.valueOf(property == null ? null : property.getOrigin());
  }

  /** What the records of settings bind; a list's elements are below its name. */
  private static Set<ConfigurationPropertyName> known(ConfigurableListableBeanFactory beans) {
    Set<ConfigurationPropertyName> known = new HashSet<>();
    for (String bean : beans.getBeanNamesForType(Record.class, false, false)) {
      Class<?> type = Objects.requireNonNull(beans.getType(bean, false));
      var settings =
          AnnotatedElementUtils.findMergedAnnotation(type, ConfigurationProperties.class);
      if (settings != null) {
        ConfigurationPropertyName prefix = ConfigurationPropertyName.of(settings.prefix());
        for (var component : type.getRecordComponents()) {
          known.add(prefix.append(DataObjectPropertyName.toDashedForm(component.getName())));
        }
      }
    }
    return known;
  }
}
