package io.carousel.engine.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.synthetic.SyntheticSpecification.Agreement;
import io.carousel.engine.synthetic.SyntheticSpecification.Copy;
import io.carousel.engine.synthetic.SyntheticSpecification.EmbeddedReber;
import io.carousel.engine.synthetic.SyntheticSpecification.Markov;
import io.carousel.engine.synthetic.SyntheticSpecification.Reber;
import io.carousel.engine.synthetic.SyntheticSpecification.TemporalOrder;
import io.carousel.engine.tokens.SequenceBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyntheticCorpusTest {
  private static List<SyntheticSpecification> all() {
    return List.of(
        new Reber(10, 1),
        new EmbeddedReber(10, 1),
        new TemporalOrder(30, 10, 1),
        new Copy(5, 10, 1),
        new Agreement(4, 10, 1),
        new Markov(2, 3, 20, 10, 1));
  }

  private static List<String> tokens(SyntheticCorpus corpus, long index) {
    SequenceBuffer buffer = new SequenceBuffer();
    corpus.write(index, buffer);
    return Arrays.stream(buffer.ids()).mapToObj(corpus.symbols()::get).toList();
  }

  private static String string(SyntheticCorpus corpus, long index) {
    return String.join("", tokens(corpus, index));
  }

  @ParameterizedTest
  @MethodSource("all")
  void write_isOfSeedAndIndexAlone(SyntheticSpecification specification) {
    SyntheticCorpus corpus = specification.corpus();
    List<List<String>> forward = new ArrayList<>();
    for (int index = -50; index < 50; index++) {
      forward.add(tokens(corpus, index));
    }
    SyntheticCorpus again = specification.corpus();
    for (int index = 49; index >= -50; index--) {
      assertThat(tokens(again, index)).isEqualTo(forward.get(index + 50));
    }
    assertThat(forward.stream().distinct()).hasSizeGreaterThan(10);
  }

  @ParameterizedTest
  @MethodSource("all")
  void write_scoresSomethingWithinTheLongest(SyntheticSpecification specification) {
    SyntheticCorpus corpus = specification.corpus();
    SequenceBuffer buffer = new SequenceBuffer();
    for (int index = 0; index < 200; index++) {
      corpus.write(index, buffer);
      assertThat(buffer.scoredCount()).isPositive();
      assertThat(buffer.length()).isLessThanOrEqualTo(corpus.longest().orElse(1000));
    }
  }

  // ---------------------------------------------------------------- Reber

  /** The arcs of each state, written down once more: a symbol and where it leads. */
  private static final Map<Character, String> GRAPH =
      Map.of('1', "T2P3", '2', "S2X4", '3', "T3V5", '4', "X3S6", '5', "P4V6", '6', "E7");

  /** The choices that a string takes; fails where the grammar does not have it. */
  private static int choices(String string) {
    assertThat(string).startsWith("B");
    char state = '1';
    int choices = 0;
    for (char symbol : string.substring(1).toCharArray()) {
      String arcs = GRAPH.getOrDefault(state, "");
      int arc = arcs.indexOf(symbol);
      assertThat(arc).as("%s in %s", symbol, string).isNotNegative();
      choices += arcs.length() == 4 ? 1 : 0;
      state = arcs.charAt(arc + 1);
    }
    assertThat(state).isEqualTo('7');
    return choices;
  }

  /** Of the expected visits 1, 1, 2, 1, 1, 1 of states 1 to 6, found by hand. */
  @Test
  void knownLoss_reber_isTheClosedForm() {
    KnownLoss known = new Reber(1, 1).corpus().knownLoss();
    double ln2 = Math.log(2);
    double ln3 = Math.log(3);
    assertThat(known.floor()).isCloseTo(6 * ln2 / 7, within(1e-12));
    double afterT = 1.5 * (Math.log(6) + 2 * ln3) / 3;
    double afterV = 1.5 * ln3;
    double afterBPSX = ln2 + 2 * ln2 + 1.5 * ln2 + 2 * ln2;
    assertThat(known.baseline()).isCloseTo((afterT + afterV + afterBPSX) / 7, within(1e-12));
  }

  @Test
  void knownLoss_embeddedReber_isTheClosedForm() {
    KnownLoss known = new EmbeddedReber(1, 1).corpus().knownLoss();
    assertThat(known.floor()).isCloseTo(7 * Math.log(2) / 11, within(1e-12));
    assertThat(known.floor()).isCloseTo(0.4411, within(5e-5));
    assertThat(known.baseline()).isCloseTo(8 * Math.log(2) / 11, within(1e-12));
    assertThat(known.baseline()).isCloseTo(0.5041, within(5e-5));
  }

  @Test
  void write_reber_isInTheGrammarAndComesAsOftenAsItSays() {
    SyntheticCorpus corpus = new Reber(1, 5).corpus();
    Map<String, Integer> seen = new HashMap<>();
    int count = 20_000;
    double nats = 0;
    int predicted = 0;
    for (int index = 0; index < count; index++) {
      String string = string(corpus, index);
      nats += choices(string) * Math.log(2);
      predicted += string.length() - 1;
      seen.merge(string, 1, Integer::sum);
    }
    assertThat(nats / predicted).isCloseTo(corpus.knownLoss().floor(), within(0.002));
    for (String string : List.of("BTXSE", "BTSXSE", "BPVVE", "BPTVVE", "BTXXVVE")) {
      double p = Math.pow(2, -choices(string));
      double sigma = Math.sqrt(p * (1 - p) / count);
      assertThat((double) seen.getOrDefault(string, 0) / count)
          .as(string)
          .isCloseTo(p, within(5 * sigma));
    }
  }

  @Test
  void write_embeddedReber_repeatsTheOuterSymbol() {
    SyntheticCorpus corpus = new EmbeddedReber(1, 5).corpus();
    for (int index = 0; index < 500; index++) {
      String string = string(corpus, index);
      int end = string.length();
      assertThat(string).startsWith("B").endsWith("E");
      assertThat(string.charAt(end - 2)).isEqualTo(string.charAt(1)).isIn('T', 'P');
      choices(string.substring(2, end - 2));
    }
  }

  // ---------------------------------------------------------------- temporal order and copy

  @ParameterizedTest
  @ValueSource(ints = {10, 15, 50, 101})
  void write_temporalOrder_placesAndClass(int length) {
    SyntheticCorpus corpus = new TemporalOrder(length, 1, 3).corpus();
    Map<String, String> classes = Map.of("AA", "Q", "AB", "R", "BA", "S", "BB", "U");
    Map<String, Integer> seen = new HashMap<>();
    SequenceBuffer buffer = new SequenceBuffer();
    for (int index = 0; index < 400; index++) {
      String string = string(corpus, index);
      corpus.write(index, buffer);
      assertThat(string).hasSize(length + 1);
      String relevant = string.replaceAll("[^AB]", "");
      assertThat(string.substring(length)).isEqualTo(classes.get(relevant));
      int first = Math.min(place(string, "A"), place(string, "B"));
      int second = Math.max(string.lastIndexOf("A"), string.lastIndexOf("B"));
      assertThat((double) first / length).isBetween(0.1, Math.nextDown(0.2));
      assertThat((double) second / length).isBetween(0.5, Math.nextDown(0.6));
      assertThat(buffer.scoredCount()).isEqualTo(1);
      assertThat(buffer.scored(length)).isTrue();
      seen.merge(relevant, 1, Integer::sum);
    }
    assertThat(seen).hasSize(4).allSatisfy((pair, n) -> assertThat(n).isBetween(60, 140));
  }

  private static int place(String string, String symbol) {
    int place = string.indexOf(symbol);
    return place < 0 ? Integer.MAX_VALUE : place;
  }

  @Test
  void write_copy_recallsAfterTheLag() {
    SyntheticCorpus corpus = new Copy(7, 1, 3).corpus();
    Pattern pattern = Pattern.compile("([a-h]{10})_{7}\\|\\1");
    SequenceBuffer buffer = new SequenceBuffer();
    for (int index = 0; index < 100; index++) {
      assertThat(string(corpus, index)).matches(pattern);
      corpus.write(index, buffer);
      for (int place = 0; place < buffer.length(); place++) {
        assertThat(buffer.scored(place)).isEqualTo(place >= 18);
      }
    }
    assertThat(corpus.knownLoss().baseline()).isEqualTo(Math.log(8));
  }

  // ---------------------------------------------------------------- agreement

  private static boolean plural(String noun) {
    return noun.equals("children") || noun.endsWith("s");
  }

  @Test
  void write_agreement_verbFollowsTheSubjectAndOtherNounsSayNothingOfIt() {
    SyntheticCorpus corpus = new Agreement(4, 1, 3).corpus();
    SequenceBuffer buffer = new SequenceBuffer();
    int count = 20_000;
    int[] byAttractors = new int[5];
    int[] pluralSubjects = new int[2]; // by the number of the noun before the verb
    int[] sentences = new int[2];
    for (int index = 0; index < count; index++) {
      List<String> words = tokens(corpus, index);
      corpus.write(index, buffer);
      List<String> nouns = new ArrayList<>();
      for (int i = 1; i < words.size(); i++) {
        if (words.get(i - 1).equals("the")) {
          nouns.add(words.get(i));
        }
      }
      boolean subject = plural(nouns.getFirst());
      assertThat(words.getLast()).isEqualTo(subject ? "are" : "is");
      assertThat(buffer.scoredCount()).isEqualTo(1);
      assertThat(buffer.scored(buffer.length() - 1)).isTrue();
      long attractors = nouns.stream().skip(1).filter(noun -> plural(noun) != subject).count();
      assertThat(buffer.group()).isEqualTo((int) attractors);
      byAttractors[buffer.group()]++;
      if (nouns.size() > 1) {
        int last = plural(nouns.getLast()) ? 1 : 0;
        sentences[last]++;
        pluralSubjects[last] += subject ? 1 : 0;
      }
    }
    assertThat(byAttractors)
        .satisfies(n -> assertThat(Arrays.stream(n).min().orElse(0)).isPositive());
    // Four opposite nouns: of a fifth of the sentences a half times (a half and a sixteenth).
    assertThat((double) byAttractors[4] / count).isCloseTo(0.2 * 0.5 * 0.5625, within(0.008));
    assertThat((double) pluralSubjects[0] / sentences[0]).isCloseTo(0.5, within(0.025));
    assertThat((double) pluralSubjects[1] / sentences[1]).isCloseTo(0.5, within(0.025));
  }

  // ---------------------------------------------------------------- Markov

  @Test
  void knownLoss_markovOfTwoSymbols_isTheClosedForm() {
    Markov chain = new Markov(1, 2, 20, 1, 9);
    double[][] p = new MarkovTask(chain).transitions();
    double a = p[0][1];
    double b = p[1][0];
    double pi0 = b / (a + b);
    KnownLoss known = chain.corpus().knownLoss();
    assertThat(known.floor()).isCloseTo(pi0 * binary(a) + (1 - pi0) * binary(b), within(1e-12));
    assertThat(known.baseline()).isCloseTo(binary(pi0), within(1e-12));
  }

  private static double binary(double p) {
    return -p * Math.log(p) - (1 - p) * Math.log(1 - p);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void knownLoss_markov_isTheMeanSurprisalOfItsSequences(int order) {
    Markov chain = new Markov(order, 4, 200, 1, 5);
    MarkovTask task = new MarkovTask(chain);
    SyntheticCorpus corpus = chain.corpus();
    SequenceBuffer buffer = new SequenceBuffer();
    double nats = 0;
    int scored = 0;
    for (int index = 0; index < 1000; index++) {
      corpus.write(index, buffer);
      for (int place = order; place < buffer.length(); place++) {
        int context = 0;
        for (int back = order; back > 0; back--) {
          context = context * 4 + buffer.id(place - back);
        }
        nats -= Math.log(task.transitions()[context][buffer.id(place)]);
        scored++;
      }
      assertThat(buffer.scoredCount()).isEqualTo(200 - order);
    }
    assertThat(nats / scored).isCloseTo(corpus.knownLoss().floor(), within(0.01));
  }
}
