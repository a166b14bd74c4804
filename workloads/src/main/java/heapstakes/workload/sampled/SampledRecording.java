package heapstakes.workload.sampled;

import heapstakes.trace.Limits;
import heapstakes.trace.TraceException;
import heapstakes.trace.io.Compression;
import heapstakes.trace.io.LineReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Blocks that were sampled, and what is known of all. A text, {@code .hss}, compressed as its
 * suffix says ({@code .hss.zst} and the others that traces have):
 *
 * <pre>
 *   #heapstakes-sample 1
 *   a EVERY OPERATIONS REQUESTS BYTES THREADS    of the whole program
 *   s BIRTH SIZE ALIGNMENT THREAD PREVIOUS       a block, in order of birth; PREVIOUS is 0, or the
 *                                                number, from 1, of the block that was resized to it
 *   f NUMBER DEATH THREAD                        that block was freed or resized
 *   P OPERATION NAME                             a phase mark
 * </pre>
 *
 * @param name of the program or trace
 * @param every mean bytes between samples
 * @param operations of the whole program
 * @param requests of them that asked for a block
 * @param bytes that these asked for together
 * @param threads of the whole program
 * @param marks phase marks, in order
 * @param blocks in order of birth
 */
public record SampledRecording(
    String name,
    long every,
    long operations,
    long requests,
    long bytes,
    int threads,
    List<Mark> marks,
    List<SampledBlock> blocks) {
  private static final String HEAD = "#heapstakes-sample ";
  private static final int VERSION = 1;
  private static final long MOST = Long.MAX_VALUE >> 1;

  /**
   * A phase mark.
   *
   * @param operation that it stands before
   * @param name of the phase
   */
  public record Mark(long operation, String name) {}

  public SampledRecording {
    marks = List.copyOf(marks);
    blocks = List.copyOf(blocks);
  }

  /** How many blocks of the program a sampled one stands for: the inverse of its probability. */
  public double weight(SampledBlock block) {
    return -1 / Math.expm1(-Math.max(1.0, block.size()) / every);
  }

  /** Whether {@code file} is one, by its name. */
  public static boolean isNamedSo(String file) {
    return file.matches("(?s).*\\.hss(\\.gz|\\.xz|\\.zst)?");
  }

  /**
   * Writes it.
   *
   * @throws TraceException when the file cannot be written
   */
  public void write(Path file) {
    try (Writer out =
        new BufferedWriter(
            new OutputStreamWriter(
                Compression.compressing(Files.newOutputStream(file), file.toString()),
                StandardCharsets.UTF_8))) {
      out.append(HEAD + VERSION + "\n");
      out.append("a " + every + " " + operations + " " + requests + " " + bytes + " " + threads);
      out.append('\n');
      for (SampledBlock block : blocks) {
        out.append("s " + block.birth() + " " + block.size() + " " + block.alignment());
        out.append(" " + block.thread() + " " + (block.previous() + 1) + "\n");
      }
      for (int i = 0; i < blocks.size(); i++) {
        SampledBlock block = blocks.get(i);
        if (block.hasDied()) {
          out.append("f " + (i + 1) + " " + block.death() + " " + block.freeingThread() + "\n");
        }
      }
      for (Mark mark : marks) {
        out.append("P " + mark.operation() + " " + mark.name() + "\n");
      }
    } catch (IOException e) {
      throw new TraceException(
          String.format(
              Locale.ROOT, "%s cannot be written: %s. Choose another place.", file, e.getMessage()),
          e);
    }
  }

  /**
   * Reads one.
   *
   * @throws TraceException when the file cannot be read or is malformed; with its line
   */
  public static SampledRecording read(Path file) {
    try (InputStream in =
        Compression.decompressed(Files.newInputStream(file), file.toString(), Limits.current())) {
      String name = String.valueOf(file.getFileName()).replaceFirst("\\.hss(\\..*)?$", "");
      return new Reading(new LineReader(file.toString(), in, Limits.current())).read(name);
    } catch (IOException | UncheckedIOException e) {
      throw new TraceException(
          String.format(Locale.ROOT, "%s cannot be read: %s.", file, e.getMessage()), e);
    }
  }

  /** A pass over a file. */
  private static final class Reading {
    private final LineReader lines;
    private final List<Mark> marks = new ArrayList<>();
    private final List<SampledBlock> blocks = new ArrayList<>();
    private final long[] all = new long[5];

    Reading(LineReader lines) {
      this.lines = lines;
    }

    SampledRecording read(String name) {
      if (!lines.next() || !lines.text().equals(HEAD + VERSION)) {
        throw lines.malformed("it does not begin with '" + HEAD + VERSION + "'");
      }
      while (lines.next()) {
        String text = lines.text();
        String[] word = text.split(" ", 3);
        if (text.startsWith("P ") && word.length == 3) {
          marks.add(new Mark(numbers(word[1], 1)[0], word[2]));
        } else if (!text.isBlank()) {
          line(text.charAt(0), text.substring(1).strip());
        }
      }
      if (all[0] < 1) {
        throw lines.malformed("it has no line 'a EVERY OPERATIONS REQUESTS BYTES THREADS'");
      }
      return new SampledRecording(
          name, all[0], all[1], all[2], all[3], Math.toIntExact(all[4]), marks, blocks);
    }

    private void line(char letter, String rest) {
      switch (letter) {
        case 'a' -> System.arraycopy(numbers(rest, all.length), 0, all, 0, all.length);
        case 's' -> block(numbers(rest, 5));
        case 'f' -> death(numbers(rest, 3));
        case '#' -> {
          // a comment
        }
        default -> throw lines.malformed("no line begins with '" + letter + "'");
      }
    }

    private void block(long[] of) {
      long before = blocks.isEmpty() ? 0 : blocks.getLast().birth();
      if (of[0] < before || of[4] > blocks.size() || of[3] > Integer.MAX_VALUE) {
        throw lines.malformed(
            "births ascend, and a block that was resized comes before what it was resized to");
      }
      blocks.add(
          new SampledBlock(
              of[0], of[1], of[2], (int) of[3], SampledBlock.NEVER, 0, (int) of[4] - 1));
    }

    private void death(long[] of) {
      if (of[0] < 1 || of[0] > blocks.size() || of[2] > Integer.MAX_VALUE) {
        throw lines.malformed("there is no block " + of[0]);
      }
      int index = (int) of[0] - 1;
      SampledBlock block = blocks.get(index);
      if (of[1] < block.birth() || block.hasDied()) {
        throw lines.malformed("block " + of[0] + " dies before its birth, or twice");
      }
      blocks.set(index, block.died(of[1], (int) of[2]));
    }

    private long[] numbers(String text, int count) {
      String[] words = text.split(" ", -1);
      long[] numbers = new long[count];
      for (int i = 0; i < count; i++) {
        if (words.length != count || !words[i].matches("[0-9]{1,18}")) {
          throw lines.malformed(
              String.format(Locale.ROOT, "'%s' is to be %d whole numbers", text, count));
        }
        numbers[i] = Math.min(MOST, Long.parseLong(words[i]));
      }
      return numbers;
    }
  }
}
