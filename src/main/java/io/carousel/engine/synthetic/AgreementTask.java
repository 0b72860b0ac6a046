package io.carousel.engine.synthetic;

import io.carousel.engine.tokens.SequenceBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * See {@link SyntheticSpecification.Agreement}. The grammar, with n the nouns still to come:
 *
 * <pre>
 * sentence(n) → the noun more(n) (is | are)        n uniform on 0 … max
 * more(0)     → ε
 * more(n)     → preposition the noun more(n−1)     ¾
 *             | that the noun more(n−1) verb       ¼, the verb agrees with its own noun
 * </pre>
 *
 * Subject relatives ("the writer that likes the books") are left out: their verb repeats the
 * subject's number, and what is to be measured is whether it is kept.
 */
final class AgreementTask implements Task {
  private static final List<String> SINGULAR_NOUNS =
      List.of(
          "writer", "book", "key", "cabinet", "king", "queen", "friend", "child", "dog", "garden",
          "house", "letter");
  private static final List<String> PLURAL_NOUNS =
      List.of(
          "writers",
          "books",
          "keys",
          "cabinets",
          "kings",
          "queens",
          "friends",
          "children",
          "dogs",
          "gardens",
          "houses",
          "letters");
  private static final List<String> PREPOSITIONS =
      List.of("of", "near", "behind", "beside", "with");
  private static final List<String> SINGULAR_VERBS = List.of("admires", "likes", "hides", "needs");
  private static final List<String> PLURAL_VERBS = List.of("admire", "like", "hide", "need");
  private static final List<String> SYMBOLS = symbolList();

  private static final int THE = SYMBOLS.indexOf("the");
  private static final int THAT = SYMBOLS.indexOf("that");
  private static final int IS = SYMBOLS.indexOf("is");
  private static final int ARE = SYMBOLS.indexOf("are");
  private static final int FIRST_NOUN = SYMBOLS.indexOf("writer");
  private static final int FIRST_PREPOSITION = SYMBOLS.indexOf("of");
  private static final int FIRST_VERB = SYMBOLS.indexOf("admires");

  /** A relative clause instead of a prepositional phrase: one in so many. */
  private static final int CLAUSES = 4;

  private final int most;

  AgreementTask(int maxAttractors) {
    most = maxAttractors;
  }

  private static List<String> symbolList() {
    List<String> all = new ArrayList<>(List.of("the", "that", "is", "are"));
    all.addAll(SINGULAR_NOUNS);
    all.addAll(PLURAL_NOUNS);
    all.addAll(PREPOSITIONS);
    all.addAll(SINGULAR_VERBS);
    all.addAll(PLURAL_VERBS);
    return List.copyOf(all);
  }

  @Override
  public List<String> symbols() {
    return SYMBOLS;
  }

  @Override
  public OptionalInt longest() {
    return OptionalInt.of(2 + 4 * most + 1);
  }

  /** The subject says which verb; without it both are as likely. */
  @Override
  public KnownLoss knownLoss() {
    return new KnownLoss(0, Math.log(2), "the subject's number");
  }

  @Override
  public void write(SplittableRandom random, SequenceBuffer into) {
    boolean subject = random.nextBoolean(); // whether plural
    int nouns = random.nextInt(most + 1);
    boolean alike = random.nextBoolean();
    boolean shared = random.nextBoolean();
    noun(subject, random, into);
    int attractors = 0;
    int[] verbs = new int[nouns]; // of the clauses that are open, the outermost first
    int open = 0;
    for (int i = 0; i < nouns; i++) {
      boolean plural = alike ? shared : random.nextBoolean();
      boolean clause = random.nextInt(CLAUSES) == 0;
      into.add(clause ? THAT : FIRST_PREPOSITION + random.nextInt(PREPOSITIONS.size()), false);
      noun(plural, random, into);
      if (clause) {
        int verb = random.nextInt(SINGULAR_VERBS.size());
        verbs[open] = FIRST_VERB + verb + (plural ? SINGULAR_VERBS.size() : 0);
        open++;
      }
      attractors += plural == subject ? 0 : 1;
    }
    while (open > 0) {
      open--;
      into.add(verbs[open], false);
    }
    into.add(subject ? ARE : IS, true);
    into.group(attractors);
  }

  private static void noun(boolean plural, SplittableRandom random, SequenceBuffer into) {
    into.add(THE, false);
    int noun = random.nextInt(SINGULAR_NOUNS.size());
    into.add(FIRST_NOUN + noun + (plural ? SINGULAR_NOUNS.size() : 0), false);
  }
}
