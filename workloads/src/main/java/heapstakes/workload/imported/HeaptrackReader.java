package heapstakes.workload.imported;

import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;
import heapstakes.workload.pointer.RecordedHeap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A pass over heaptrack's data, raw or interpreted. */
final class HeaptrackReader {
  private static final String KINDS = "vxXImtcRSAsi#";

  /** What follows a command line; its own lines, if it has several, look otherwise. */
  private static final Pattern BEHIND_COMMAND =
      Pattern.compile("I( [0-9a-f]+){2}|[ti]( [0-9a-f]+){2,}|[ms] [0-9a-f]+ .*|[+-]( [0-9a-f]+)+");

  private final LineReader lines;
  private final TraceSink sink;
  private final RecordedHeap heap;

  /** Sizes and call sites, which an interpreted file numbers and counts up and down. */
  private final List<Site> sites = new ArrayList<>();

  private long blocks;

  /** A size at a call site, and its live blocks, the youngest one last. */
  private static final class Site {
    final long size;
    private long[] live = new long[1];
    int count;

    Site(long size) {
      this.size = size;
    }

    void push(long block) {
      if (count == live.length) {
        live = Arrays.copyOf(live, 2 * count);
      }
      live[count++] = block;
    }

    long pop() {
      return live[--count];
    }
  }

  HeaptrackReader(LineReader lines, TraceSink sink) {
    this.lines = lines;
    this.sink = sink;
    heap = new RecordedHeap(sink);
  }

  void read() {
    boolean inCommand = false;
    while (lines.next()) {
      if (inCommand && !BEHIND_COMMAND.matcher(lines.text()).matches()) {
        continue;
      }
      int kind = lines.letter();
      if (kind != -1) {
        requireWord();
        event(kind);
      }
      inCommand = kind == 'X';
    }
    heap.finish();
  }

  private void event(int kind) {
    switch (kind) {
      case '+' -> allocate(hexadecimal("SIZE"));
      case '-' -> {
        long freed = hexadecimal("POINTER");
        lines.requireEnd();
        if (sites.isEmpty()) {
          heap.free(freed, lines.line());
        } else {
          free(site(freed));
        }
      }
      case 'a' -> {
        sites.add(new Site(hexadecimal("SIZE")));
        hexadecimal("TRACE");
        lines.requireEnd();
      }
      default -> {
        if (KINDS.indexOf(kind) < 0) {
          throw lines.malformed("no line of heaptrack begins so");
        }
      }
    }
  }

  private void allocate(long first) {
    if (lines.peek() == -1) {
      Site site = site(first);
      site.push(++blocks);
      heap.malloc(blocks, site.size, lines.line());
    } else if (!sites.isEmpty()) {
      throw lines.malformed("in what heaptrack has interpreted, one number follows +");
    } else {
      hexadecimal("TRACE");
      heap.malloc(hexadecimal("POINTER"), first, lines.line());
      lines.requireEnd();
    }
  }

  /** Which of several blocks was freed, the file does not say: the youngest, as most often. */
  private void free(Site site) {
    if (site.count == 0) {
      sink.note(RecordedHeap.UNKNOWN_FREES, 1);
      return;
    }
    if (site.count > 1) {
      sink.note(
          "frees of one of several blocks of a size and call site (the youngest is taken)", 1);
    }
    heap.free(site.pop(), lines.line());
  }

  private Site site(long number) {
    if (number < 0 || number >= sites.size()) {
      throw lines.malformed(
          String.format(
              Locale.ROOT,
              "it names allocation %x, and %x were described before ('a SIZE TRACE')",
              number,
              sites.size()));
    }
    return sites.get((int) number);
  }

  private void requireWord() {
    if (!lines.atWordEnd() && lines.peek() != '#') {
      throw lines.malformed("a blank follows the first letter");
    }
  }

  private long hexadecimal(String what) {
    String word = lines.word();
    try {
      return Long.parseUnsignedLong(word, 16);
    } catch (NumberFormatException e) {
      throw lines.malformed(
          String.format(Locale.ROOT, "%s, '%s', is not a hexadecimal number", what, word));
    }
  }
}
