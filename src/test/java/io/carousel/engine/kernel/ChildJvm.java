package io.carousel.engine.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own for what is decided when the JVM starts.
 *
 * @param exit its exit code
 * @param output what it wrote, both streams
 */
record ChildJvm(int exit, List<String> output) {
  private static final long SECONDS = 60;

  /** Variables from which a JVM takes options beside those it is given, and says so. */
  private static final Set<String> OPTIONS =
      Set.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS");

  /** Runs a main class of the tests with those options and returns when it has ended. */
  static ChildJvm run(Class<?> main, String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    Path output = Files.createTempFile("child-jvm", ".txt");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().keySet().removeAll(OPTIONS);
      Process process = builder.start();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      return new ChildJvm(process.exitValue(), Files.readAllLines(output));
    } finally {
      Files.delete(output);
    }
  }
}
