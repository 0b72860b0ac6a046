package io.carousel.engine.tokens;

import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/**
 * Splits running text into words or events and joins them again.
 *
 * <p>A joined text splits into the same words: two words always have a space between them, so no
 * rule about punctuation can merge them.
 */
final class Words {
  private static final String OPENING = "([{«“‘¿¡";
  private static final String CLOSING = ")]}»”’'.,;:!?%…";
  private static final String TIGHT = "-–—/_\n";

  private Words() {}

  /** Words as {@link TokenizerType#WORD} defines them. */
  static List<String> split(String text) {
    List<String> words = new ArrayList<>(text.length() / 5 + 1);
    int at = 0;
    while (at < text.length()) {
      int codePoint = text.codePointAt(at);
      int end =
          Character.isLetterOrDigit(codePoint)
              ? endOfWord(text, at)
              : at + Character.charCount(codePoint);
      if (codePoint == '\n' || !isSpace(codePoint)) {
        words.add(text.substring(at, end));
      }
      at = end;
    }
    return words;
  }

  private static int endOfWord(String text, int start) {
    int at = start;
    while (at < text.length()) {
      int codePoint = text.codePointAt(at);
      int next = at + Character.charCount(codePoint);
      boolean inside =
          Character.isLetterOrDigit(codePoint)
              || isMark(codePoint)
              || isApostrophe(codePoint)
                  && next < text.length()
                  && Character.isLetterOrDigit(text.codePointAt(next));
      if (!inside) {
        break;
      }
      at = next;
    }
    return at;
  }

  /** Words back to text, with the spaces that punctuation usually has. */
  static String join(List<String> words) {
    StringBuilder text = new StringBuilder();
    boolean spaceAllowed = false;
    boolean quoted = false;
    for (String word : words) {
      boolean quote = word.equals("\"");
      boolean opening = quote && !quoted || isOneOf(OPENING, word);
      boolean closing = quote && quoted || isOneOf(CLOSING, word);
      boolean tight = isOneOf(TIGHT, word);
      if (spaceAllowed && !closing && !tight) {
        text.append(' ');
      }
      text.append(word);
      spaceAllowed = !opening && !tight;
      quoted ^= quote;
    }
    return text.toString();
  }

  /** Events separated by white space, lines included. */
  static List<String> splitEvents(String text) {
    List<String> events = new ArrayList<>();
    StringTokenizer tokens = new StringTokenizer(text);
    while (tokens.hasMoreTokens()) {
      events.add(tokens.nextToken());
    }
    return events;
  }

  private static boolean isOneOf(String characters, String word) {
    return word.length() == 1 && characters.indexOf(word.charAt(0)) >= 0;
  }

  private static boolean isSpace(int codePoint) {
    return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
  }

  private static boolean isApostrophe(int codePoint) {
    return codePoint == '\'' || codePoint == '’';
  }

  private static boolean isMark(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          true;
      default -> false;
    };
  }
}
