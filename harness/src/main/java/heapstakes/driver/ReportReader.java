package heapstakes.driver;

import heapstakes.results.Footprint;
import heapstakes.results.TimelinePoint;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Reads the driver's frames, {@code u32 kind, u32 bytes, payload}, and keeps what is final. */
final class ReportReader {
  // Kinds of frames, as in driver.h.
  private static final int HELLO = 1;
  private static final int RESULTS = 2;
  private static final int SAMPLE = 3;
  private static final int NAMES = 4;
  private static final int COUNTERS = 5;
  private static final int CALL = 6;
  private static final int PAGES = 7;
  private static final int SUMMARY = 8;
  private static final int FAILURE = 9;
  private static final int PROGRESS = 10;
  private static final int MAPS = 11;
  private static final int BROKEN = 12;
  private static final int ARENAS = 13;

  private static final int HEAD_BYTES = 8;
  private static final int MAX_FRAME_BYTES = 1 << 24;

  private final InputStream in;
  private final List<String> phases;
  private final DriverListener listener;
  private final List<TimelinePoint> timeline = new ArrayList<>();
  private final SequencedMap<String, Long> counters = new LinkedHashMap<>();
  private List<String> names = List.of();
  private byte[] frame = new byte[1 << 16];
  private String maps = "";
  private Footprint.Arenas arenas = Footprint.Arenas.NOT_MEASURED;
  private volatile long frames;
  private volatile long operation;
  private long initialBreak;
  private boolean trapped;
  private @Nullable Sample baseline;
  private @Nullable Summary summary;
  private @Nullable Failure failure;
  private long results;

  /**
   * What a failing driver still said: whether the library broke a rule; operations done, signal,
   * address, text.
   */
  record Failure(boolean broken, long operation, int signal, long address, String text) {}

  ReportReader(InputStream in, List<String> phases, DriverListener listener) {
    this.in = in;
    this.phases = phases;
    this.listener = listener;
  }

  /** Reads until the driver has closed its end. */
  void readAll() throws IOException {
    while (true) {
      int got = in.readNBytes(frame, 0, HEAD_BYTES);
      if (got == 0) {
        return;
      }
      ByteBuffer head = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
      int kind = head.getInt();
      int bytes = head.getInt();
      if (got < HEAD_BYTES || bytes < 0 || bytes > MAX_FRAME_BYTES) {
        throw new EOFException("the driver's report is damaged");
      }
      if (frame.length < bytes) {
        frame = new byte[bytes];
      }
      if (in.readNBytes(frame, 0, bytes) < bytes) {
        return; // killed while it wrote
      }
      take(kind, ByteBuffer.wrap(frame, 0, bytes).order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  private void take(int kind, ByteBuffer payload) {
    frames++;
    Words words = new Words(payload);
    switch (kind) {
      case HELLO -> takeHello(words);
      case RESULTS -> takeResults(words);
      case SAMPLE -> takeSample(Sample.read(words));
      case NAMES -> names = StandardCharsets.US_ASCII.decode(payload).toString().lines().toList();
      case COUNTERS -> takeCounters(words);
      case CALL -> listener.onCall(MemoryCall.read(words));
      case PAGES -> takePages(words, payload);
      case SUMMARY -> summary = Summary.read(words, phases);
      case FAILURE -> takeFailure(false, words, payload);
      case BROKEN -> takeFailure(true, words, payload);
      case MAPS -> maps = StandardCharsets.UTF_8.decode(payload).toString();
      case ARENAS ->
          arenas = new Footprint.Arenas(words.optional(), words.optional(), words.optional());
      case PROGRESS -> operation = words.next();
      default -> throw new IllegalStateException("the driver sent a frame of kind " + kind);
    }
  }

  private void takeHello(Words words) {
    trapped = words.next() == 0;
    words.next();
    initialBreak = words.next();
    words.next();
    words.next();
    words.next();
    listener.onStart(initialBreak, words.next(), words.next());
  }

  private void takeResults(Words words) {
    while (!words.isEmpty()) {
      listener.onResult(results++, words.next(), words.next(), words.next());
    }
  }

  private void takeSample(Sample sample) {
    if (baseline == null) {
      baseline = sample;
    } else {
      timeline.add(sample.point(sample.phase() < 0 ? "" : phases.get(sample.phase())));
    }
    listener.onSample(sample);
  }

  private void takeCounters(Words words) {
    long at = words.next();
    long[] values = new long[names.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = words.next();
      counters.put(names.get(i), values[i]);
    }
    listener.onCounters(at, names, values);
  }

  private void takePages(Words words, ByteBuffer payload) {
    long at = words.next();
    long address = words.next();
    long bytes = words.next();
    long resident = words.next();
    listener.onPages(new ResidentRange(at, address, bytes, resident, BitSet.valueOf(payload)));
  }

  private void takeFailure(boolean broken, Words words, ByteBuffer payload) {
    operation = words.next();
    words.next();
    failure =
        new Failure(
            broken,
            operation,
            (int) words.next(),
            words.next(),
            StandardCharsets.UTF_8.decode(payload).toString());
  }

  /** How often the driver has said something. */
  long frames() {
    return frames;
  }

  boolean trapped() {
    return trapped;
  }

  /** Operations that the driver has certainly carried out. */
  long operation() {
    return operation;
  }

  long initialBreak() {
    return initialBreak;
  }

  Optional<Failure> failure() {
    return Optional.ofNullable(failure);
  }

  Optional<Summary> summary() {
    return Optional.ofNullable(summary);
  }

  Optional<Sample> baseline() {
    return Optional.ofNullable(baseline);
  }

  String maps() {
    return maps;
  }

  /** The points so far. */
  List<TimelinePoint> timeline() {
    return timeline;
  }

  /** All points, the last one being the end of the trace. */
  List<TimelinePoint> timelineTo(Sample end) {
    TimelinePoint last = end.point("");
    if (timeline.isEmpty() || !timeline.getLast().equals(last)) {
      timeline.add(last);
    }
    return timeline;
  }

  SequencedMap<String, Long> counters() {
    return counters;
  }

  /** What the library says of its arenas. */
  Footprint.Arenas arenas() {
    return arenas;
  }
}
