package heapstakes.workload.imported;

import heapstakes.trace.Limits;
import heapstakes.trace.TraceException;
import heapstakes.trace.io.LineReader;
import heapstakes.workload.sampled.SampledBlock;
import heapstakes.workload.sampled.SampledRecording;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the recorder writes when it samples: a {@link RecorderFile} of version 3. Its records are of
 * sampled blocks only: {@code extra} is the number of the operation, {@code site} of memalign the
 * logarithm of the alignment, {@code size} of calloc that of all. Behind the head of version 2:
 *
 * <pre>
 *   1336  mean bytes between samples (8)  operations (8)  requests (8)  bytes requested (8)
 *   1368  blocks for which there was no room (8)
 * </pre>
 */
public final class RecordedSample {
  private static final int EVERY_AT = 1336;

  private final List<SampledBlock> blocks = new ArrayList<>();
  private final Map<Long, Integer> live = new HashMap<>();
  private final Map<Integer, Resize> resizes = new HashMap<>();

  /** The sampled block whose resize is under way. */
  private record Resize(int index, long operation) {}

  private RecordedSample() {}

  /**
   * The sample and how many blocks should have been in it and found no room.
   *
   * @param recording what was sampled
   * @param unsampled blocks
   */
  public record Result(SampledRecording recording, long unsampled) {}

  /**
   * Reads a file of a process that has ended, or been killed.
   *
   * @param name of the program
   * @throws TraceException when it cannot be read or is no such file
   */
  public static Result read(Path raw, String name) {
    long[] counts = counts(raw);
    RecordedSample sample = new RecordedSample();
    int threads = 1;
    try (InputStream in = Files.newInputStream(raw);
        RecorderFile file = RecorderFile.of(new LineReader(raw.toString(), in, Limits.current()))) {
      while (file.next()) {
        sample.record(file);
        threads = Math.max(threads, file.thread() + 1);
      }
    } catch (IOException e) {
      throw new TraceException(
          String.format(Locale.ROOT, "%s cannot be read: %s.", raw, e.getMessage()), e);
    }
    long operations = Math.max(counts[1], sample.last() + 1);
    return new Result(
        new SampledRecording(
            name, counts[0], operations, counts[2], counts[3], threads, List.of(), sample.blocks),
        counts[4]);
  }

  private static long[] counts(Path raw) {
    try (InputStream in = Files.newInputStream(raw)) {
      ByteBuffer head =
          ByteBuffer.wrap(in.readNBytes(RecorderFile.HEAD_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
      if (head.limit() < RecorderFile.HEAD_BYTES
          || head.getInt(Long.BYTES) != RecorderFile.SAMPLED
          || head.getLong(EVERY_AT) < 1) {
        throw new TraceException(
            String.format(
                Locale.ROOT,
                "%s is no sampled recording: trace import takes what was recorded whole.",
                raw));
      }
      long[] counts = new long[5];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = head.getLong(EVERY_AT + i * Long.BYTES);
      }
      return counts;
    } catch (IOException e) {
      throw new TraceException(
          String.format(Locale.ROOT, "%s cannot be read: %s.", raw, e.getMessage()), e);
    }
  }

  private long last() {
    long last = 0;
    for (SampledBlock block : blocks) {
      last = Math.max(last, Math.max(block.birth(), block.death()));
    }
    return last;
  }

  private void record(RecorderFile file) {
    switch (file.kind()) {
      case RecorderFile.MALLOC, RecorderFile.CALLOC -> born(file, 0, -1);
      case RecorderFile.MEMALIGN -> born(file, 1L << (file.site() & 63), -1);
      case RecorderFile.FREE -> died(file);
      case RecorderFile.REALLOC_BEGIN ->
          resizes.put(file.thread(), new Resize(died(file), file.extra()));
      case RecorderFile.REALLOC_END -> {
        Resize of = resizes.remove(file.thread());
        born(file, 0, of != null && of.operation() == file.extra() ? of.index() : -1);
      }
      default -> {
        // begun when the process was killed
      }
    }
  }

  /** Threads number operations a little out of order. */
  private void born(RecorderFile file, long alignment, int previous) {
    long birth = Math.max(file.extra(), blocks.isEmpty() ? 0 : blocks.getLast().birth());
    live.put(file.pointer(), blocks.size());
    blocks.add(
        new SampledBlock(
            birth, file.size(), alignment, file.thread(), SampledBlock.NEVER, 0, previous));
  }

  /** The index of the block; -1 if it is one of the parent's. */
  private int died(RecorderFile file) {
    Integer index = live.remove(file.pointer());
    if (index == null) {
      return -1;
    }
    SampledBlock block = blocks.get(index);
    blocks.set(index, block.died(Math.max(block.birth(), file.extra()), file.thread()));
    return index;
  }
}
