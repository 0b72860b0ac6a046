package io.carousel.http.wiring;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * HTTP/1.1 with a limit on the time that the head of a request may take as a whole.
 *
 * <p>Tomcat's own timeout begins anew with each byte, so a client that sends a byte every few
 * seconds would hold its connection for hours, and enough of them all connections there are. Public
 * and without arguments because Tomcat makes it.
 */
public final class HeadTimeoutProtocol extends Http11NioProtocol {

  /** Sets the limit, before the server starts. */
  void setHeadTimeout(Duration limit) {
    Handler<NioChannel> limited = new HeadDeadline(getHandler(), limit);
    setHandler(limited);
    getEndpoint().setHandler(limited);
  }

  private static final class HeadDeadline implements Handler<NioChannel> {
    private final Handler<NioChannel> next;
    private final long limitNanos;

    /** When the heads began that are not complete. */
    private final Map<SocketWrapperBase<NioChannel>, Long> begun = new ConcurrentHashMap<>();

    HeadDeadline(Handler<NioChannel> next, Duration limit) {
      this.next = next;
      this.limitNanos = limit.toNanos();
    }

    @Override
    public SocketState process(SocketWrapperBase<NioChannel> socket, SocketEvent event) {
      SocketState state = next.process(socket, event);
      if (state != SocketState.LONG || !isWithinHead(socket)) {
        begun.remove(socket);
        return state;
      }
      long now = System.nanoTime();
      Long begin = begun.putIfAbsent(socket, now);
      return begin != null && now - begin > limitNanos ? SocketState.CLOSED : state;
    }

    /** A connection also waits while a request is answered by another thread. */
    private static boolean isWithinHead(SocketWrapperBase<NioChannel> socket) {
      return socket.getCurrentProcessor() instanceof Processor processor
          && !processor.isAsync()
          && !processor.isUpgrade();
    }

    @Override
    public void release(SocketWrapperBase<NioChannel> socket) {
      begun.remove(socket);
      next.release(socket);
    }

    @Override
    public Object getGlobal() {
      return next.getGlobal();
    }

    @Override
    public void pause() {
      next.pause();
    }

    @Override
    public void recycle() {
      next.recycle();
    }
  }
}
