package io.carousel.engine.tokens;

/** What one token of a text or of a sequence is. */
public enum TokenizerType {
  /** A Unicode code point. */
  CHAR,
  /** A byte of the text's UTF-8; 256 symbols, none of them ever unknown. */
  BYTE,
  /**
   * A word: a run of letters, digits and combining marks, with an apostrophe only inside ({@code
   * don't}, but {@code 'tis} is an apostrophe and a word). Every other visible character is a token
   * of its own, and so is a newline; all other white space only separates.
   */
  WORD,
  /** A whole string, such as a page or a log key; in running text separated by white space. */
  EVENT
}
