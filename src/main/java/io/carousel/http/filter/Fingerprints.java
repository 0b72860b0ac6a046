package io.carousel.http.filter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.carousel.http.Digests;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.Part;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Tells bodies apart by SHA-256.
 *
 * <p>An upload's digest is that of its parts and not of its bytes: a client that repeats it draws a
 * new boundary. The container has its parts on disk; only other bodies, which are small, are held.
 */
final class Fingerprints {
  private Fingerprints() {}

  /** A request whose body was read and can be read again. */
  record Read(HttpServletRequest request, String fingerprint) {}

  static Read read(HttpServletRequest request) throws IOException, ServletException {
    MessageDigest digest = Digests.sha256();
    if (BodyLimitFilter.isMultipart(request)) {
      for (Part part : request.getParts()) {
        digest.update((part.getName() + "\n" + part.getSubmittedFileName() + "\n").getBytes(UTF_8));
        digest.update((part.getSize() + "\n").getBytes(UTF_8));
        try (InputStream in = part.getInputStream()) {
          in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
        }
      }
      return new Read(request, hex(digest.digest()));
    }
    byte[] body = request.getInputStream().readAllBytes();
    return new Read(new BufferedRequest(request, body), hex(digest.digest(body)));
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static final class BufferedRequest extends HttpServletRequestWrapper {
    private final byte[] body;

    BufferedRequest(HttpServletRequest request, byte[] body) {
      super(request);
      this.body = body;
    }

    @Override
    public ServletInputStream getInputStream() {
      ByteArrayInputStream in = new ByteArrayInputStream(body);
      return new ServletInputStream() {
        @Override
        public int read() {
          return in.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) {
          return in.read(target, offset, length);
        }

        @Override
        public boolean isFinished() {
          return in.available() == 0;
        }

        @Override
        public boolean isReady() {
          return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
          throw new UnsupportedOperationException();
        }
      };
    }

    @Override
    public BufferedReader getReader() {
      return new BufferedReader(new InputStreamReader(getInputStream(), UTF_8));
    }
  }
}
