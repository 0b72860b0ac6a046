package io.carousel;

import java.util.List;

/** Settings that there are not. */
final class UnknownSettingException extends RuntimeException {

  /**
   * @param settings each with the place where it stands
   */
  UnknownSettingException(List<String> settings) {
    super("There is no setting " + String.join(", nor ", settings));
  }
}
