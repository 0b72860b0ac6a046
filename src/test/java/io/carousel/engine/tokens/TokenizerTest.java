package io.carousel.engine.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenizerTest {
  private static final Dataset.Text HELLO = new Dataset.Text("hello, world");

  private static TokenizerSpecification specification(
      TokenizerType type, @Nullable Integer maxVocabulary, UnknownPolicy unknown) {
    return new TokenizerSpecification(type, maxVocabulary, unknown);
  }

  private static Tokenizer fit(TokenizerType type, String text) {
    return Tokenizer.fit(specification(type, null, UnknownPolicy.REJECT), new Dataset.Text(text));
  }

  @Test
  void fit_characters_inOrderOfCodePoint() {
    // In UTF-16 the emoji (D83D DE00) would come before the ligature (FB01).
    Tokenizer tokenizer = fit(TokenizerType.CHAR, "😀ﬁzaz\n😀");
    assertThat(tokenizer.vocabulary().symbols()).containsExactly("\n", "a", "z", "ﬁ", "😀");
    assertThat(tokenizer.vocabulary().unknownId()).isNull();
  }

  @Test
  void encode_charactersBeyondTheBasicPlane_areOneTokenEach() {
    Tokenizer tokenizer = fit(TokenizerType.CHAR, "a😀𝄞b");
    int[] ids = tokenizer.encode("😀a𝄞");
    assertThat(ids).containsExactly(3, 0, 2);
    assertThat(tokenizer.decode(ids)).isEqualTo("😀a𝄞");
    assertThat(tokenizer.symbol(3)).isEqualTo("😀");
  }

  @Test
  void encode_bytes_areTheBytesOfUtf8() {
    Tokenizer tokenizer = fit(TokenizerType.BYTE, "ab");
    assertThat(tokenizer.vocabulary().size()).isEqualTo(256);
    int[] ids = tokenizer.encode("ß€😀");
    assertThat(ids).containsExactly(0xC3, 0x9F, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80);
    assertThat(tokenizer.decode(ids)).isEqualTo("ß€😀");
    assertThat(tokenizer.decode(new int[] {'a', 0xC3})).isEqualTo("a\uFFFD");
  }

  @Test
  void symbol_bytes_arePrintable() {
    Tokenizer tokenizer = fit(TokenizerType.BYTE, "ab");
    assertThat(tokenizer.symbol('~')).isEqualTo("~");
    assertThat(tokenizer.symbol(' ')).isEqualTo(" ");
    assertThat(tokenizer.symbol('\n')).isEqualTo("<0x0A>");
    assertThat(tokenizer.symbol(0x7F)).isEqualTo("<0x7F>");
    assertThat(tokenizer.symbol(0xF0)).isEqualTo("<0xF0>");
  }

  @Test
  void fit_words_byDescendingFrequencyThenSymbol() {
    Tokenizer tokenizer = fit(TokenizerType.WORD, "the cat, the dog, the end");
    assertThat(tokenizer.vocabulary().symbols()).containsExactly("the", ",", "cat", "dog", "end");
    assertThat(tokenizer.encode("the end, cat")).containsExactly(0, 4, 1, 2);
  }

  @Test
  void fit_events_keepsStringsWhole() {
    Dataset.EventSequences events =
        new Dataset.EventSequences(
            List.of(List.of("log in", "22", "5"), List.of("5"), List.of("22", "5")));
    TokenizerSpecification specification = TokenizerSpecification.defaultFor(events);
    Tokenizer tokenizer = Tokenizer.fit(specification, events);
    assertThat(tokenizer.vocabulary().symbols()).containsExactly("5", "22", "log in");
    assertThat(tokenizer.encodeEvents(List.of("log in", "5"))).containsExactly(2, 0);
    assertThat(tokenizer.encode(" 22\n5\t22 ")).containsExactly(1, 0, 1);
    assertThat(tokenizer.decode(new int[] {2, 0})).isEqualTo("log in 5");
  }

  @Test
  void defaultFor_text_isCharacters() {
    assertThat(TokenizerSpecification.defaultFor(HELLO)).isEqualTo(TokenizerSpecification.DEFAULT);
  }

  @ParameterizedTest
  @EnumSource(TokenizerType.class)
  void of_symbolsOfAnother_isTheSameTokenizer(TokenizerType type) {
    TokenizerSpecification specification = specification(type, null, UnknownPolicy.MAP);
    Tokenizer fitted = Tokenizer.fit(specification, HELLO);
    Tokenizer carried = Tokenizer.of(specification, fitted.vocabulary().symbols());
    String text = "world, hello unknown µ";
    assertThat(carried.encode(text)).isEqualTo(fitted.encode(text));
    assertThat(carried.vocabulary().unknownId()).isEqualTo(fitted.vocabulary().unknownId());
    assertThat(carried.specification()).isEqualTo(specification);
  }

  @Test
  void of_symbolsInAnotherOrder_encodesByIndex() {
    Tokenizer tokenizer = Tokenizer.of(TokenizerSpecification.DEFAULT, List.of("z", "😀", "a"));
    assertThat(tokenizer.encode("a😀z")).containsExactly(2, 1, 0);
  }

  @Test
  void encode_unknownCharacter_saysWhichAndWhere() {
    Tokenizer tokenizer = fit(TokenizerType.CHAR, "😀abc");
    UnknownSymbolException e =
        catchThrowableOfType(UnknownSymbolException.class, () -> tokenizer.encode("a😀ßb"));
    assertThat(e)
        .hasMessage("symbol \"ß\" (U+00DF) at position 2 is not in the vocabulary of 4 symbols");
    assertThat(e.symbol()).isEqualTo("ß");
    assertThat(e.position()).isEqualTo(2);
    assertThat(e.sequence()).isEmpty();
  }

  @Test
  void encode_unknownWordOrEvent_countsWordsOrEvents() {
    Tokenizer words = fit(TokenizerType.WORD, "to be or not");
    assertThatThrownBy(() -> words.encode("to  be,"))
        .hasMessage("symbol \",\" (U+002C) at position 2 is not in the vocabulary of 4 symbols");
    Tokenizer events = fit(TokenizerType.EVENT, "login view logout");
    assertThatThrownBy(() -> events.encodeEvents(List.of("login", "log out")))
        .hasMessage("symbol \"log out\" at position 1 is not in the vocabulary of 3 symbols");
  }

  @Test
  void encode_unknownInADataset_saysWhichSequence() {
    Tokenizer tokenizer = fit(TokenizerType.CHAR, "abc");
    UnknownSymbolException e =
        catchThrowableOfType(
            UnknownSymbolException.class,
            () -> tokenizer.encode(new Dataset.TextSequences(List.of("ab", "ca", "a\tb"))));
    assertThat(e)
        .hasMessage(
            "symbol U+0009 at position 1 of sequence 2 is not in the vocabulary of 3 symbols");
    assertThat(e.sequence()).hasValue(2);
  }

  @Test
  void encode_unknownSymbolOfAnyLength_messageIsShort() {
    Tokenizer tokenizer = fit(TokenizerType.EVENT, "a b");
    UnknownSymbolException e =
        catchThrowableOfType(
            UnknownSymbolException.class,
            () -> tokenizer.encodeEvents(List.of("😀".repeat(10_000))));
    assertThat(e.getMessage()).hasSizeLessThan(250).contains("😀…\"");
    assertThat(e.symbol()).hasSize(20_000);
  }

  @Test
  void encode_unknownMapped_isTheUnknownToken() {
    Tokenizer tokenizer =
        Tokenizer.fit(
            specification(TokenizerType.CHAR, null, UnknownPolicy.MAP), new Dataset.Text("ba"));
    assertThat(tokenizer.vocabulary().symbols()).containsExactly("a", "b", "<unk>");
    assertThat(tokenizer.vocabulary().unknownId()).isEqualTo(2);
    int[] ids = tokenizer.encode("a😀b\uD800");
    assertThat(ids).containsExactly(0, 2, 1, 2);
    assertThat(tokenizer.decode(ids)).isEqualTo("a<unk>b<unk>");
  }

  @Test
  void fit_maxVocabularyMapped_keepsTheMostFrequent() {
    Tokenizer tokenizer =
        Tokenizer.fit(
            specification(TokenizerType.CHAR, 4, UnknownPolicy.MAP),
            new Dataset.Text("zzz yyy xx bb aa"));
    // Space occurs 4 times, y and z 3 times; a, b, x are left out.
    assertThat(tokenizer.vocabulary().symbols()).containsExactly(" ", "y", "z", "<unk>");
    assertThat(tokenizer.encode("xyz")).containsExactly(3, 1, 2);
  }

  @Test
  void fit_maxVocabularyWithEqualFrequencies_takesTheFirstSymbols() {
    Tokenizer tokenizer =
        Tokenizer.fit(
            specification(TokenizerType.WORD, 3, UnknownPolicy.MAP),
            new Dataset.Text("delta alpha charlie bravo"));
    assertThat(tokenizer.vocabulary().symbols()).containsExactly("alpha", "bravo", "<unk>");
  }

  @Test
  void fit_maxVocabularyLargeEnough_needsNoMapping() {
    Tokenizer tokenizer =
        Tokenizer.fit(
            specification(TokenizerType.CHAR, 3, UnknownPolicy.REJECT), new Dataset.Text("abc"));
    assertThat(tokenizer.vocabulary().size()).isEqualTo(3);
  }

  @Test
  void fit_maxVocabularyTooSmallAndRejecting_saysSo() {
    assertThatThrownBy(
            () -> Tokenizer.fit(specification(TokenizerType.CHAR, 3, UnknownPolicy.REJECT), HELLO))
        .isInstanceOf(UnusableDataException.class)
        .hasMessageStartingWith("max_vocabulary: expected at most 3 distinct symbols, found 9")
        .hasMessageContaining("\"unknown\": \"map\"");
  }

  @Test
  void fit_eventNamedUnknown_isTheUnknownToken() {
    Tokenizer tokenizer =
        Tokenizer.fit(
            specification(TokenizerType.EVENT, null, UnknownPolicy.MAP),
            new Dataset.Text("<unk> the <unk> of"));
    assertThat(tokenizer.vocabulary().symbols()).containsExactly("of", "the", "<unk>");
    assertThat(tokenizer.encode("<unk> nobody")).containsExactly(2, 2);
  }

  @ParameterizedTest
  @EnumSource(TokenizerType.class)
  void fit_lessThanTwoSymbols_isTooSmall(TokenizerType type) {
    assertThatThrownBy(() -> fit(type, ""))
        .isInstanceOf(VocabularyTooSmallException.class)
        .hasMessage("training data: expected at least 2 distinct symbols, found 0");
    String same = type == TokenizerType.CHAR || type == TokenizerType.BYTE ? "aaaa" : "a a a";
    assertThatThrownBy(() -> fit(type, same)).hasMessageEndingWith("found 1");
  }

  @Test
  void fit_unpairedSurrogate_isMalformed() {
    MalformedTextException e =
        catchThrowableOfType(
            MalformedTextException.class, () -> fit(TokenizerType.CHAR, "a😀\uD800b"));
    assertThat(e)
        .hasMessage("text: expected Unicode, found the unpaired surrogate U+D800 at index 3");
    assertThat(e.offset()).isEqualTo(3);
    Tokenizer bytes = fit(TokenizerType.BYTE, "ab");
    assertThatThrownBy(() -> bytes.encode("x\uDC00")).isInstanceOf(MalformedTextException.class);
  }

  @Test
  void eventSequences_withAnotherType_areRefused() {
    Dataset events = new Dataset.EventSequences(List.of(List.of("a", "b")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tokenizer.fit(TokenizerSpecification.DEFAULT, events))
        .withMessage("tokenizer: expected type event for sequences of events, found char");
    Tokenizer words = fit(TokenizerType.WORD, "a b");
    assertThatIllegalArgumentException().isThrownBy(() -> words.encode(events));
    assertThatIllegalArgumentException().isThrownBy(() -> words.encodeEvents(List.of("a")));
  }

  @Test
  void encode_datasets_giveTheirKindOfCorpus() {
    Tokenizer tokenizer = fit(TokenizerType.CHAR, "abc");
    Corpus text = tokenizer.encode(new Dataset.Text("cab"));
    assertThat(text)
        .isInstanceOfSatisfying(
            Corpus.RunningText.class, t -> assertThat(t.ids()).containsExactly(2, 0, 1));
    Corpus sequences = tokenizer.encode(new Dataset.TextSequences(List.of("ab", "c", "", "bcb")));
    assertThat(sequences)
        .isInstanceOfSatisfying(
            Corpus.Sequences.class,
            s -> {
              assertThat(s.ids()).containsExactly(0, 1, 1, 2, 1);
              assertThat(s.offsets()).containsExactly(0, 2, 5);
              assertThat(s.dropped()).isEqualTo(2);
            });
  }

  @Test
  void decode_idOutOfRange_isRefused() {
    Tokenizer tokenizer = fit(TokenizerType.CHAR, "abc");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tokenizer.decode(new int[] {0, 3}))
        .withMessage("token id: expected 0 to 2, found 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fit(TokenizerType.BYTE, "ab").decode(new int[] {-1}));
  }

  @Test
  void of_impossibleSymbols_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tokenizer.of(TokenizerSpecification.DEFAULT, List.of()))
        .withMessage("vocabulary: expected at least 1 symbol, found none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tokenizer.of(TokenizerSpecification.DEFAULT, List.of("a", "b", "a")))
        .withMessage("vocabulary: expected distinct symbols, found \"a\" as 0 and as 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tokenizer.of(TokenizerSpecification.DEFAULT, List.of("a", "bc")))
        .withMessage("vocabulary: expected one character a symbol, found \"bc\" as 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Tokenizer.of(specification(TokenizerType.WORD, null, UnknownPolicy.MAP), List.of("a")))
        .withMessageContaining("expected <unk> among the symbols");
    List<String> swapped = new ArrayList<>(ByteSymbols.ALL);
    Collections.swap(swapped, 1, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Tokenizer.of(specification(TokenizerType.BYTE, null, UnknownPolicy.REJECT), swapped))
        .withMessageContaining("expected the 256 bytes in order");
  }

  @Test
  void specification_maxVocabularyTooSmall_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> specification(TokenizerType.CHAR, 1, UnknownPolicy.MAP))
        .withMessage("max_vocabulary: expected at least 2, found 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> specification(TokenizerType.BYTE, 255, UnknownPolicy.MAP))
        .withMessage("max_vocabulary: expected at least 256 for bytes, found 255");
  }

  @Test
  void byteSymbols_areDistinct() {
    assertThat(ByteSymbols.ALL).hasSize(256).doesNotHaveDuplicates();
    assertThat(IntStream.range(0x20, 0x7F).mapToObj(Character::toString))
        .isEqualTo(ByteSymbols.ALL.subList(0x20, 0x7F));
  }
}
