package heapstakes.trace;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where in its code a recorded program made its calls. A site is one frame, told by a label such as
 * {@code parse+0x1f (libjq.so.1)}, and the site that it was called from, as far as it was recorded;
 * sites are numbered from 1, callers before those that they call, and 0 is none. {@link
 * EventBatch#site} says which event came from where.
 */
public final class CallSites {
  /** Of a trace that has none. */
  public static final CallSites NONE = new CallSites(List.of(), new int[0], new int[0]);

  /** Longest label in characters. */
  public static final int MAX_LABEL = 400;

  /** Labels of a trace, in bytes and all together. */
  private static final int MAX_LABEL_BYTES = 1 << 25;

  private final List<String> labels;
  private final int[] label;
  private final int[] caller;

  private CallSites(List<String> labels, int[] label, int[] caller) {
    this.labels = labels;
    this.label = label;
    this.caller = caller;
  }

  /** The highest number of a site; 0 if there are none. */
  public int count() {
    return label.length;
  }

  /** What the frame of {@code site} (1 to {@link #count}) is called. */
  public String label(int site) {
    return labels.get(label[site - 1]);
  }

  /** The site that {@code site} (1 to {@link #count}) was called from; 0 if that is not known. */
  public int caller(int site) {
    return caller[site - 1];
  }

  /** Labels of {@code site} and its callers, innermost first; none for 0. */
  public List<String> path(int site) {
    List<String> path = new ArrayList<>();
    for (int at = site; at != 0; at = caller(at)) {
      path.add(label(at));
    }
    return path;
  }

  /** The labels without repetition, by {@link #labelNumber}. */
  public List<String> labels() {
    return labels;
  }

  /** Which of {@link #labels} is that of {@code site}. */
  public int labelNumber(int site) {
    return label[site - 1];
  }

  /** Gathers sites, each once. */
  public static final class Builder {
    private final Map<Long, Integer> numbers = new HashMap<>();
    private final Map<String, Integer> labelNumbers = new HashMap<>();
    private final List<String> labels = new ArrayList<>();
    private final int max;
    private int[] label = new int[16];
    private int[] caller = new int[16];
    private int count;
    private long labelBytes;

    /**
     * @param limits say how many sites there may be
     */
    public Builder(Limits limits) {
      max = limits.maxSites();
    }

    /**
     * The number of the site called {@code text} whose caller is {@code from}, 0 if that is not
     * known.
     *
     * @param text shortened to {@link #MAX_LABEL} characters; one line
     * @throws IllegalArgumentException when there is no such caller, or there are too many sites
     */
    public int site(int from, String text) {
      if (from < 0 || from > count) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "call site %d does not come before the one that it is to have called; there are %d so"
                    + " far.",
                from,
                count));
      }
      int number = labelNumber(text);
      Integer known = numbers.putIfAbsent((long) number << Integer.SIZE | from, count + 1);
      return known != null ? known : add(number, from);
    }

    private int add(int number, int from) {
      if (count == max) {
        throw new IllegalArgumentException(
            "one call site too many. " + Limits.raise("maxSites", max));
      }
      if (count == label.length) {
        label = Arrays.copyOf(label, 2 * count);
        caller = Arrays.copyOf(caller, 2 * count);
      }
      label[count] = number;
      caller[count] = from;
      return ++count;
    }

    private int labelNumber(String text) {
      String line = text.replaceAll("\\p{Cntrl}", "?").strip();
      String name = line.length() > MAX_LABEL ? line.substring(0, MAX_LABEL - 1) + "…" : line;
      Integer known = labelNumbers.putIfAbsent(name, labels.size());
      if (known != null) {
        return known;
      }
      labelBytes += name.getBytes(StandardCharsets.UTF_8).length;
      if (name.isEmpty() || labelBytes > MAX_LABEL_BYTES) {
        throw new IllegalArgumentException(
            name.isEmpty()
                ? "a call site has no label."
                : String.format(
                    Locale.ROOT,
                    "the labels of its call sites take more than %d bytes. Record fewer frames.",
                    MAX_LABEL_BYTES));
      }
      labels.add(name);
      return labels.size() - 1;
    }

    /** How many there are so far. */
    public int count() {
      return count;
    }

    /** Those gathered so far. */
    public CallSites build() {
      return count == 0
          ? NONE
          : new CallSites(
              List.copyOf(labels), Arrays.copyOf(label, count), Arrays.copyOf(caller, count));
    }
  }
}
