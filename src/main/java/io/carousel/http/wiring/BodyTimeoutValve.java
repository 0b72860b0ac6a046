package io.carousel.http.wiring;

import io.carousel.http.ProblemException;
import io.carousel.http.TimeoutSettings;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.coyote.InputBuffer;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.jspecify.annotations.Nullable;

/**
 * Limits the time that a body may take as a whole: until it is read, and what is left of it once
 * the answer is given.
 *
 * <p>Tomcat's own timeout begins anew with each byte. A valve and no filter, because the container
 * takes uploads apart from its own request, past whatever a filter puts around it; and the
 * engine's, around the pages of errors.
 */
final class BodyTimeoutValve extends ValveBase {
  private final TimeoutSettings timeouts;

  BodyTimeoutValve(TimeoutSettings timeouts) {
    super(true);
    this.timeouts = timeouts;
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    org.apache.coyote.Request message = request.getCoyoteRequest();
    InputBuffer unlimited = message.getInputBuffer();
    LimitedBody body = new LimitedBody(message, unlimited, isUpload(request));
    message.setInputBuffer(body);
    try {
      getNext().invoke(request, response);
    } finally {
      message.setInputBuffer(unlimited); // the connection's next request has the same message
    }
    if (!body.failed && !request.isAsync() && !isUnsent(message, response) && !isRead(message)) {
      response.finishResponse();
      discardRest(message, maxSwallowSize(request));
    }
  }

  private static boolean isUpload(Request request) {
    String type = request.getContentType();
    return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/");
  }

  /** Whether the client has asked before it sends, and was refused; then the container closes. */
  private static boolean isUnsent(org.apache.coyote.Request message, Response response) {
    return message.hasExpectation() && response.getStatus() / 100 != 2;
  }

  private static boolean isRead(org.apache.coyote.Request message) {
    AtomicBoolean read = new AtomicBoolean();
    message.action(ActionCode.REQUEST_BODY_FULLY_READ, read);
    return read.get();
  }

  private static long maxSwallowSize(Request request) {
    return request.getConnector().getProtocolHandler() instanceof AbstractHttp11Protocol<?> http
            && http.getMaxSwallowSize() >= 0
        ? http.getMaxSwallowSize()
        : Long.MAX_VALUE;
  }

  /**
   * Reads what nobody wanted, as the container would do itself: so that the client, which reads
   * when it has sent all, can read the answer. But the container would do so for as long as it
   * comes.
   */
  private void discardRest(org.apache.coyote.Request message, long limit) {
    InputBuffer rest = message.getInputBuffer();
    Discarded discarded = new Discarded();
    long begin = System.nanoTime();
    long count = 0;
    try {
      for (int read = rest.doRead(discarded); read > 0; read = rest.doRead(discarded)) {
        count += read;
        if (count > limit || System.nanoTime() - begin > timeouts.body().toNanos()) {
          message.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
          return;
        }
      }
    } catch (IOException e) { // it is silent or gone
      message.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
    }
  }

  private final class LimitedBody implements InputBuffer {
    private final org.apache.coyote.Request message;
    private final InputBuffer next;
    private final boolean upload;
    private final long begin = System.nanoTime();
    private boolean failed;

    LimitedBody(org.apache.coyote.Request message, InputBuffer next, boolean upload) {
      this.message = message;
      this.next = next;
      this.upload = upload;
    }

    @Override
    public int doRead(ApplicationBufferHandler handler) throws IOException {
      int read;
      try {
        read = next.doRead(handler);
      } catch (IOException e) {
        failed = true;
        throw e;
      }
      Duration limit = upload ? timeouts.upload() : timeouts.body();
      if (read > 0 && System.nanoTime() - begin > limit.toNanos()) {
        failed = true;
        message.action(ActionCode.DISABLE_SWALLOW_INPUT, null); // the rest would come as slowly
        throw new BodyTimeoutException(tooSlow(limit, message.getBytesRead() + read));
      }
      return read;
    }

    private ProblemException tooSlow(Duration limit, long found) {
      return ProblemException.tooSlow(
          upload ? "upload_timeout" : "request_timeout",
          "all of it within %d s (the setting carousel.timeouts.%s), found %d bytes until then"
              .formatted(limit.toSeconds(), upload ? "upload" : "body", found));
    }

    @Override
    public int available() {
      return next.available();
    }
  }

  private static final class Discarded implements ApplicationBufferHandler {
    private @Nullable ByteBuffer buffer;

    @Override
    public void setByteBuffer(ByteBuffer buffer) {
      this.buffer = buffer;
    }

    @Override
    public @Nullable ByteBuffer getByteBuffer() {
      return buffer;
    }

    @Override
    public void expand(int size) {} // the container's own buffer is big enough
  }
}
