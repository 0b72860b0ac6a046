package io.carousel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.springframework.test.context.DynamicPropertyRegistry;

/**
 * An OTLP collector that keeps what it is sent, a request's bytes as characters.
 *
 * <p>It ends with the JVM and not before: a test's application outlives its class in the cache of
 * contexts, and would log an error where it cannot send its last spans, in the midst of another
 * test.
 */
public final class SpanCollector {
  private static final String PATH = "/v1/traces";

  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private final HttpServer server;

  public SpanCollector() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        PATH,
        exchange -> {
          received.add(new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    start(server);
  }

  /** Its thread is as the one that starts it: a daemon, so that it does not keep the JVM alive. */
  private static void start(HttpServer server) {
    try {
      Thread.ofPlatform().daemon().start(server::start).join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Has a service send its spans here. */
  public void register(DynamicPropertyRegistry registry) {
    registry.add(
        "management.opentelemetry.tracing.export.otlp.endpoint",
        () -> "http://localhost:" + server.getAddress().getPort() + PATH);
  }

  /** What was sent and not taken yet. */
  public BlockingQueue<String> received() {
    return received;
  }
}
