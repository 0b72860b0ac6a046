package io.carousel.engine.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {

  @Test
  void split_text_intoWordsPunctuationAndNewlines() {
    assertThat(Words.split("First Citizen:\r\nBefore we proceed\u00A0any further, hear me--speak."))
        .containsExactly(
            "First", "Citizen", ":", "\n", "Before", "we", "proceed", "any", "further", ",", "hear",
            "me", "-", "-", "speak", ".");
  }

  @Test
  void split_apostrophe_belongsToAWordOnlyInside() {
    assertThat(Words.split("'tis don't th' o’er 'quoted' a''b"))
        .containsExactly(
            "'", "tis", "don't", "th", "'", "o’er", "'", "quoted", "'", "a", "'", "'", "b");
  }

  @Test
  void split_otherScripts_keepsMarksAndSurrogatesTogether() {
    assertThat(Words.split("हिन्दी cafe\u0301 𝒳1 😀😀 3.14"))
        .containsExactly("हिन्दी", "cafe\u0301", "𝒳1", "😀", "😀", "3", ".", "14");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Before we proceed any further, hear me speak.",
        "He said: \"Well (I think), it's a well-known fact!\" and left\nNext; line?",
        "“Curly” and 5% of and/or"
      })
  void join_ordinaryText_isTheTextAgain(String text) {
    assertThat(Words.join(Words.split(text))).isEqualTo(text);
  }

  @Test
  void split_joinedText_givesTheSameWords() {
    String alphabet = "ab1'’\"()[].,!-/_\n —\u0301\t\u2028😀%“”é";
    int[] codePoints = alphabet.codePoints().toArray();
    SplittableRandom random = new SplittableRandom(1);
    for (int n = 0; n < 2000; n++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(25);
      for (int i = 0; i < length; i++) {
        text.appendCodePoint(codePoints[random.nextInt(codePoints.length)]);
      }
      var words = Words.split(text.toString());
      assertThat(Words.split(Words.join(words))).as("%s", text).isEqualTo(words);
    }
  }

  @Test
  void splitEvents_anyWhiteSpace_separates() {
    assertThat(Words.splitEvents("  login\tview  22\r\nlogout\n"))
        .containsExactly("login", "view", "22", "logout");
    assertThat(Words.splitEvents(" \n ")).isEmpty();
  }
}
