package heapstakes.trace.text;

import heapstakes.trace.CallSites;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.io.Compression;
import heapstakes.trace.io.UnfinishedFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes the text form. */
public final class HstWriter {
  private static final int BUFFER_BYTES = 1 << 16;

  /** Three numbers of 20 digits, a letter and blanks, and a line of a call site. */
  private static final int LINE_BYTES = 100;

  private final OutputStream out;
  private final TraceInfo info;
  private final byte[] buffer = new byte[BUFFER_BYTES + LINE_BYTES];
  private int at;
  private int current;

  private HstWriter(OutputStream out, TraceInfo info) {
    this.out = out;
    this.info = info;
  }

  /**
   * Writes {@code trace} to {@code file}, compressed as its suffix says; the file appears when it
   * is complete.
   */
  public static void write(Trace trace, Path file) {
    UnfinishedFile unfinished = new UnfinishedFile(file);
    try (unfinished) {
      String name = String.valueOf(file.getFileName());
      try (OutputStream out =
          Compression.compressing(Files.newOutputStream(unfinished.path()), name)) {
        write(trace, out);
      }
      unfinished.publish();
    } catch (IOException e) {
      throw unfinished.failed(e);
    }
  }

  /** Writes {@code trace} to {@code out}, which stays open. */
  public static void write(Trace trace, OutputStream out) throws IOException {
    HstWriter writer = new HstWriter(out, trace.info());
    writer.putText(HstFormat.HEADER + " " + HstFormat.VERSION + "\n");
    int deeplyBound = trace.info().features().deeplyBound();
    if (deeplyBound > 0) {
      writer.putText(HstFormat.DEEPLY_BOUND + " " + deeplyBound + "\n");
    }
    writer.putSites(trace.callSites());
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          writer.comeFrom(batch.op[i], batch.siteOf(i));
          writer.put(batch.op[i], batch.slot[i], batch.size[i], batch.extra[i]);
        }
      }
    }
    writer.drain();
  }

  private void putSites(CallSites sites) throws IOException {
    for (int site = 1; site <= sites.count(); site++) {
      putText(
          String.format(
              Locale.ROOT,
              "%s %d %d %s\n",
              HstFormat.SITE,
              site,
              sites.caller(site),
              sites.label(site)));
    }
  }

  private void comeFrom(byte op, int site) {
    if (site != current && (Op.isOperation(op) || op == Op.BREAK)) {
      buffer[at++] = '#';
      buffer[at++] = '@';
      putNumber(site);
      buffer[at++] = '\n';
      current = site;
    }
  }

  private void put(byte op, int slot, long size, long extra) throws IOException {
    buffer[at++] = (byte) Op.letter(op);
    switch (op) {
      case Op.MALLOC, Op.REALLOC -> {
        putNumber(slot);
        putNumber(size);
      }
      case Op.CALLOC, Op.MEMALIGN, Op.STORE, Op.LOAD -> {
        putNumber(slot);
        putNumber(extra);
        putNumber(size);
      }
      case Op.TRIM, Op.CLOCK -> putNumber(size);
      case Op.BREAK -> {
        putNumber(size);
        if (extra != 0) {
          negate();
        }
      }
      case Op.EXIT -> {}
      case Op.PHASE -> putText(" " + info.phases().get(slot));
      case Op.FREE -> putNumber(slot);
      default -> putNumber(info.threadIds().get(slot));
    }
    buffer[at++] = '\n';
    if (at >= BUFFER_BYTES) {
      drain();
    }
  }

  private void putNumber(long number) {
    buffer[at++] = ' ';
    int digits = 1;
    long tenth = Long.divideUnsigned(number, 10);
    for (long rest = tenth; rest > 0; rest /= 10) {
      digits++;
    }
    int last = at + digits - 1;
    buffer[last--] = (byte) ('0' + number - tenth * 10);
    long rest = tenth;
    for (int i = last; i >= at; i--) {
      buffer[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    at += digits;
  }

  /** Puts a minus before the number that was put last. */
  private void negate() {
    int digits = at;
    while (buffer[digits - 1] != ' ') {
      digits--;
    }
    System.arraycopy(buffer, digits, buffer, digits + 1, at - digits);
    buffer[digits] = '-';
    at++;
  }

  private void putText(String text) throws IOException {
    drain();
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private void drain() throws IOException {
    out.write(buffer, 0, at);
    at = 0;
  }
}
