package heapstakes.trace.text;

import heapstakes.trace.Op;
import heapstakes.trace.TraceException;
import heapstakes.trace.format.TraceFormat;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;
import java.util.Locale;

/** The text form, {@code .hst}. */
public final class HstFormat implements TraceFormat {
  static final String HEADER = "#heapstakes-trace";
  static final int VERSION = 1;

  /** A comment to those who do not know it: libraries that were loaded with RTLD_DEEPBIND. */
  static final String DEEPLY_BOUND = "#heapstakes-deepbind";

  /** A comment to those who do not know it: a place in the program's code. */
  static final String SITE = "#heapstakes-site";

  /** Comments to the others: the operations that follow came from the site of that number. */
  static final String COMES_FROM = "#@";

  private static final long MAX = Long.MAX_VALUE;
  private static final char MINUS = '-';

  /** How each kind of line is written, by op number. */
  private static final String[] GRAMMAR = {
    "m SLOT SIZE",
    "c SLOT COUNT SIZE",
    "r SLOT SIZE",
    "g SLOT ALIGN SIZE",
    "f SLOT",
    "w SLOT OFFSET LENGTH",
    "d SLOT OFFSET LENGTH",
    "T [PAD]",
    "t THREAD",
    "x THREAD",
    "@ NANOSECONDS",
    "P NAME",
    "F CHILD",
    "X",
    "b [-]BYTES"
  };

  @Override
  public String name() {
    return "hst";
  }

  @Override
  public String summary() {
    return "the text form of this program";
  }

  @Override
  public boolean recognises(byte[] head) {
    LineReader lines = LineReader.ofHead(head);
    while (lines.next()) {
      int letter = lines.letter();
      if (letter == '#' && lines.line() == 1 && ("#" + lines.word()).equals(HEADER)) {
        return true;
      }
      if (letter != '#' && letter != -1) {
        byte op = Op.of((char) letter);
        boolean isBare = op == Op.TRIM || op == Op.EXIT;
        int operand = lines.atWordEnd() ? lines.peek() : 0;
        boolean isOperand =
            operand > 0
                && (op == Op.PHASE
                    || Character.isDigit(operand)
                    || op == Op.BREAK && operand == MINUS);
        return op >= 0 && (isOperand || isBare && operand == -1);
      }
    }
    return false;
  }

  @Override
  public void read(LineReader lines, TraceSink sink) {
    while (lines.next()) {
      int letter = lines.peek();
      if (letter == '#') {
        comment(lines, sink);
      } else if (letter != -1) {
        event(lines, sink);
      }
    }
  }

  private static void event(LineReader lines, TraceSink sink) {
    byte op = Op.of((char) lines.letter());
    if (op < 0 || !lines.atWordEnd()) {
      throw lines.malformed(
          "no line of a trace begins so. It begins with one of the letters m c r g f w d T t x @ P"
              + " F X b, or # for a comment");
    }
    lines.expect(GRAMMAR[op]);
    operands(op, lines, sink, lines.line());
    lines.requireEnd();
  }

  private static void operands(byte op, LineReader lines, TraceSink sink, long line) {
    switch (op) {
      case Op.MALLOC, Op.REALLOC -> {
        int slot = slot(lines);
        sink.add(op, slot, lines.size("SIZE"), 0, line);
      }
      case Op.FREE -> sink.add(op, slot(lines), 0, 0, line);
      case Op.CALLOC, Op.MEMALIGN -> {
        int slot = slot(lines);
        long extra = lines.size("the second number");
        sink.add(op, slot, lines.size("the third number"), extra, line);
      }
      case Op.STORE, Op.LOAD -> {
        int slot = slot(lines);
        long offset = lines.number("OFFSET", MAX);
        sink.add(op, slot, lines.number("LENGTH", MAX), offset, line);
      }
      case Op.TRIM -> sink.add(op, 0, lines.peek() < 0 ? 0 : lines.number("PAD", MAX), 0, line);
      case Op.CLOCK -> sink.add(op, 0, lines.number("NANOSECONDS", MAX), 0, line);
      case Op.PHASE -> sink.addPhase(lines.rest(), line);
      case Op.EXIT -> sink.add(op, 0, 0, 0, line);
      case Op.BREAK -> {
        boolean isDown = lines.peek() == MINUS;
        if (isDown && lines.letter() == MINUS && lines.atWordEnd()) {
          throw lines.malformed("BYTES is not a whole decimal number");
        }
        sink.add(op, 0, lines.number("BYTES", MAX), isDown ? 1 : 0, line);
      }
      default -> sink.addThread(op, (int) lines.number("the thread", Integer.MAX_VALUE), line);
    }
  }

  private static int slot(LineReader lines) {
    return (int) lines.number("SLOT", Integer.MAX_VALUE);
  }

  private static void comment(LineReader lines, TraceSink sink) {
    String word = lines.word();
    if (word.equals(DEEPLY_BOUND)) {
      sink.bindDeeply(lines.number("the number of libraries", Integer.MAX_VALUE));
      lines.requireEnd();
    } else if (word.equals(SITE)) {
      site(lines, sink);
    } else if (word.equals(COMES_FROM) && sink.hasCallSites()) {
      int site = (int) lines.number("the number of a call site", Integer.MAX_VALUE);
      lines.requireEnd();
      try {
        sink.comeFrom(site);
      } catch (IllegalArgumentException unknown) {
        throw wrong(lines, unknown);
      }
    }
    if (lines.line() != 1 || !word.equals(HEADER)) {
      return;
    }
    if (lines.number("the version", Integer.MAX_VALUE) != VERSION) {
      throw lines.malformed(
          String.format(
              Locale.ROOT,
              "this program reads version %d of the text form. Use a program that reads this version",
              VERSION));
    }
  }

  private static void site(LineReader lines, TraceSink sink) {
    lines.expect(SITE + " NUMBER CALLER LABEL");
    int number = (int) lines.number("the number of a call site", Integer.MAX_VALUE);
    int caller = (int) lines.number("the number of its caller", Integer.MAX_VALUE);
    try {
      int given = sink.site(caller, lines.rest());
      if (given != number) {
        throw lines.malformed(
            String.format(
                Locale.ROOT,
                "a call site has the next number, from 1 on, and is there once: this one is %d",
                given));
      }
    } catch (IllegalArgumentException wrong) {
      throw wrong(lines, wrong);
    }
  }

  private static TraceException wrong(LineReader lines, IllegalArgumentException why) {
    return lines.malformed(String.valueOf(why.getMessage()).replaceAll("\\.$", ""));
  }
}
