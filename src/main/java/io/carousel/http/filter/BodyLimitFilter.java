package io.carousel.http.filter;

import io.carousel.http.LimitSettings;
import io.carousel.http.ProblemException;
import io.carousel.http.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses bodies over the limit: at once where Content-Length admits it, else when the byte after
 * the last one arrives. Of an upload the container counts the bytes while it takes it apart.
 */
@Component
@Order(FilterOrder.BODY_LIMIT)
final class BodyLimitFilter extends OncePerRequestFilter {
  /** What the boundaries and the small parts of an upload may take beside the file. */
  private static final DataSize UPLOAD_OVERHEAD = DataSize.ofKilobytes(64);

  private final LimitSettings limits;
  private final ProblemWriter writer;

  BodyLimitFilter(LimitSettings limits, ProblemWriter writer) {
    this.limits = limits;
    this.writer = writer;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    boolean upload = isMultipart(request);
    LimitSettings.Limit limit = upload ? limits.ofUpload(Paths.of(request)) : limits.ofBody();
    long allowed = limit.bytes() + (upload ? UPLOAD_OVERHEAD.toBytes() : 0);
    long announced = request.getContentLengthLong();
    if (announced > allowed) {
      writer.write(request, response, ProblemException.tooLarge(limit, announced + " bytes"));
    } else if (upload) {
      chain.doFilter(request, response);
    } else {
      chain.doFilter(new LimitedRequest(request, limit), response);
    }
  }

  static boolean isMultipart(HttpServletRequest request) {
    String type = request.getContentType();
    return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/");
  }

  private static final class LimitedRequest extends HttpServletRequestWrapper {
    private final LimitSettings.Limit limit;
    private @Nullable ServletInputStream stream;

    LimitedRequest(HttpServletRequest request, LimitSettings.Limit limit) {
      super(request);
      this.limit = limit;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
      if (stream == null) {
        stream = new LimitedStream(super.getInputStream(), limit);
      }
      return stream;
    }

    @Override
    public BufferedReader getReader() throws IOException {
      String encoding = Objects.requireNonNullElse(getCharacterEncoding(), "UTF-8");
      return new BufferedReader(new InputStreamReader(getInputStream(), Charset.forName(encoding)));
    }
  }

  private static final class LimitedStream extends ServletInputStream {
    private final ServletInputStream in;
    private final LimitSettings.Limit limit;
    private long count;

    LimitedStream(ServletInputStream in, LimitSettings.Limit limit) {
      this.in = in;
      this.limit = limit;
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      count(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = in.read(target, offset, length);
      count(Math.max(0, read));
      return read;
    }

    private void count(int read) {
      count += read;
      if (count > limit.bytes()) {
        throw ProblemException.tooLarge(limit, "at least " + count);
      }
    }

    @Override
    public boolean isFinished() {
      return in.isFinished();
    }

    @Override
    public boolean isReady() {
      return in.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      in.setReadListener(listener);
    }
  }
}
