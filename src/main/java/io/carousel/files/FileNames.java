package io.carousel.files;

import org.jspecify.annotations.Nullable;

/** Names that clients give to their files: shown, never used as a path. */
final class FileNames {
  private static final int LONGEST = 255;

  private FileNames() {}

  /** The last part of the name, without control characters; {@code file} where nothing is left. */
  static String base(@Nullable String name) {
    if (name == null) {
      return "file";
    }
    String base = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    String visible = base.replaceAll("\\p{C}", "").strip();
    if (visible.length() > LONGEST) {
      visible = visible.substring(visible.length() - LONGEST); // the end tells the format
    }
    return visible.isEmpty() || visible.matches("\\.+") ? "file" : visible;
  }
}
