package io.carousel;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/**
 * Asks the service on this machine whether it is ready, for a container's health check: an image of
 * a Java runtime has no other HTTP client. Exits with 0 where it does, else with 1 and the reason.
 */
public final class HealthCheck {
  private static final int TIMEOUT_MILLIS = 4_000;

  private HealthCheck() {}

  public static void main(String[] args) {
    String port = System.getenv().getOrDefault("SERVER_PORT", "8080");
    String problem = problem(URI.create("http://127.0.0.1:" + port + "/actuator/health/readiness"));
    if (!problem.isEmpty()) {
      System.err.println(problem);
      System.exit(1);
    }
  }

  /** What is wrong; empty where nothing is. */
  static String problem(URI probe) {
    try {
      HttpURLConnection connection = (HttpURLConnection) probe.toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      int status = connection.getResponseCode();
      return status == HttpURLConnection.HTTP_OK ? "" : probe + " answered " + status;
    } catch (IOException e) {
      return probe + ": " + e.getMessage();
    }
  }
}
