package io.carousel.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Clients that take their time, and what becomes of their connections. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "carousel.timeouts.head=2s",
      "carousel.timeouts.body=500ms",
      "carousel.timeouts.upload=3s",
      "server.tomcat.connection-timeout=2s"
    })
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class SlowClientTest {
  private static final String SCORES = "POST /v1/models/x/scores HTTP/1.1\r\nHost: x\r\n";
  private static final String JSON = "Content-Type: application/json\r\nContent-Length: 100000\r\n";
  private static final String UPLOAD =
      "POST /v1/files HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
          + "Content-Length: 100000\r\n";
  private static final String PART =
      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nTo be";
  private static final int STEP_MILLIS = 100;

  @TempDir static Path directory;

  @LocalServerPort private int port;

  @DynamicPropertySource
  static void storage(DynamicPropertyRegistry registry) {
    registry.add("carousel.storage.directory", () -> directory);
  }

  /** What is answered to a client that sends at once, and then slowly for as long as it can. */
  private String answer(String atOnce, String again) throws IOException, InterruptedException {
    try (Socket socket = new Socket("localhost", port)) {
      socket.setTcpNoDelay(true);
      socket.getOutputStream().write(atOnce.getBytes(ISO_8859_1));
      try {
        while (!again.isEmpty() && socket.getInputStream().available() == 0) {
          socket.getOutputStream().write(again.getBytes(ISO_8859_1));
          Thread.sleep(STEP_MILLIS);
        }
      } catch (IOException e) {
        return ""; // closed without a word
      }
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @Test
  void head_byteByByte_isNotWaitedForLonger() throws Exception {
    assertThat(answer("GET /v1/files HTTP/1.1\r\nHost: x\r\nX: ", "x")).isEmpty();
  }

  @Test
  void head_slowButInTime_isAnswered() throws Exception {
    try (Socket socket = new Socket("localhost", port)) {
      for (String piece :
          new String[] {"GET /v1/files HT", "TP/1.1\r\nHost: x\r\n", "Connection: close\r\n\r\n"}) {
        socket.getOutputStream().write(piece.getBytes(ISO_8859_1));
        Thread.sleep(STEP_MILLIS);
      }
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void body_byteByByte_is408() throws Exception {
    String answer = answer(SCORES + JSON + "\r\n{\"inputs\": [\"", "aaaa");
    assertThat(answer)
        .startsWith("HTTP/1.1 408")
        .contains("request_timeout", "carousel.timeouts.body");
  }

  @Test
  void body_thatStops_is408() throws Exception {
    String answer = answer(SCORES + JSON + "\r\n{\"inputs\": [\"", "");
    assertThat(answer).startsWith("HTTP/1.1 408").contains("request_timeout");
  }

  @Test
  void upload_thatStops_is408() throws Exception {
    assertThat(answer(UPLOAD + "\r\n" + PART, ""))
        .startsWith("HTTP/1.1 408")
        .contains("request_timeout");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Idempotency-Key: k\r\n"})
  void upload_byteByByte_is408(String header) throws Exception {
    assertThat(answer(UPLOAD + header + "\r\n" + PART, ", or"))
        .startsWith("HTTP/1.1 408")
        .contains("upload_timeout", "carousel.timeouts.upload", "x-request-id", "no-store");
  }

  /** Its limit is not that of other bodies, and the next request has a time of its own. */
  @Test
  void uploads_slowButInTime_areTaken_onOneConnection() throws Exception {
    // Four pauses are longer than a body may take, and eight are longer than one upload may.
    List<String> body =
        List.of(
            PART,
            "\r\n--b\r\nContent-Disposition: form-data; ",
            "name=\"purpose\"\r\n\r\n",
            "train",
            "\r\n--b--\r\n");
    String head = UPLOAD.replace("100000", String.valueOf(String.join("", body).length()));
    try (Socket socket = new Socket("localhost", port)) {
      socket.setTcpNoDelay(true);
      for (String header : List.of("", "Connection: close\r\n")) {
        socket.getOutputStream().write((head + header + "\r\n").getBytes(ISO_8859_1));
        for (int i = 0; i < body.size(); i++) {
          Thread.sleep(i == 0 ? 0 : 4 * STEP_MILLIS);
          socket.getOutputStream().write(body.get(i).getBytes(ISO_8859_1));
        }
      }
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8).split("\"bytes\":5"))
          .hasSize(3);
    }
  }

  /** Whoever goes on after the answer, as slowly, is not listened to for long. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        SCORES + JSON + "\r\n{\"inputs\": [\"",
        UPLOAD + "\r\n" + PART,
        "GET /v1/files HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n" + JSON + "\r\n",
        "POST /nowhere HTTP/1.1\r\nHost: x\r\n" + JSON + "\r\n",
        "POST /v1/files HTTP/1.1\r\nHost: x\r\n" + JSON + "\r\n"
      })
  void body_thatGoesOnAfterItsAnswer_endsTheConnection(String atOnce) throws Exception {
    try (Socket socket = new Socket("localhost", port)) {
      socket.setTcpNoDelay(true);
      socket.getOutputStream().write(atOnce.getBytes(ISO_8859_1));
      long begin = System.nanoTime();
      assertThatThrownBy(
              () -> {
                while (System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(10)) {
                  socket.getOutputStream().write('a');
                  Thread.sleep(STEP_MILLIS);
                }
              })
          .isInstanceOf(SocketException.class);
    }
  }

  @Test
  void body_thatStopsUnderAnIdempotencyKey_is408() throws Exception {
    String answer =
        answer(
            "POST /v1/training/jobs HTTP/1.1\r\nHost: x\r\nIdempotency-Key: k\r\n" + JSON + "\r\n{",
            "");
    assertThat(answer).startsWith("HTTP/1.1 408").contains("request_timeout");
  }
}
