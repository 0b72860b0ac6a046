package io.carousel.reports.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What must hold of every page. */
public final class StandaloneAssert {
  private static final Pattern LOADS =
      Pattern.compile(
          "(?i)(?:\\s(?:src|srcset|href|xlink:href|action|poster)\\s*=\\s*[\"']?"
              + "|url\\(\\s*[\"']?|@import\\s+[\"']?)([^\"'\\s>)]*)");
  private static final Pattern SCRIPT =
      Pattern.compile("<script(?<type>[^>]*)>(?<text>.*?)</script>", Pattern.DOTALL);

  private StandaloneAssert() {}

  /** Nothing is loaded from elsewhere, and what runs is what the page's own policy allows. */
  public static void assertStandalone(String html) throws NoSuchAlgorithmException {
    Matcher loads = LOADS.matcher(html);
    List<String> loaded = new ArrayList<>();
    while (loads.find()) {
      loaded.add(loads.group(1));
    }
    assertThat(loaded)
        .allMatch(
            target -> target.isEmpty() || target.startsWith("data:") || target.startsWith("#"));
    assertThat(html).doesNotContain("<link", "<iframe", "<object", "fetch(", "XMLHttpRequest");
    assertThat(html).contains("default-src &#39;none&#39;");

    Matcher scripts = SCRIPT.matcher(html);
    int run = 0;
    while (scripts.find()) {
      if (!scripts.group("type").contains("application/json")) {
        byte[] digest =
            MessageDigest.getInstance("SHA-256").digest(scripts.group("text").getBytes(UTF_8));
        assertThat(html).contains("sha256-" + escaped(Base64.getEncoder().encodeToString(digest)));
        run++;
      }
    }
    assertThat(run).isPositive();
  }

  /** As the policy stands in an attribute. */
  private static String escaped(String base64) {
    return base64.replace("=", "&#x3D;");
  }
}
