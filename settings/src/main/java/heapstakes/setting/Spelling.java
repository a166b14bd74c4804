package heapstakes.setting;

import java.util.Comparator;
import java.util.List;

/** Finds what a mistyped word was meant to be. */
public final class Spelling {
  private Spelling() {}

  /**
   * {@code " Did you mean 'x'?"} for the nearest of {@code known}, or nothing if none is near. One
   * that begins with the whole word is.
   */
  public static String didYouMean(String word, List<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(k -> distance(word, k)))
        .filter(k -> distance(word, k) <= Math.max(2, k.length() / 3))
        .or(() -> known.stream().filter(k -> isBeginning(word, k)).findFirst())
        .map(k -> " Did you mean '" + k + "'?")
        .orElse("");
  }

  private static boolean isBeginning(String word, String of) {
    return word.length() > 2 && of.startsWith(word);
  }

  /** Levenshtein's edit distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
