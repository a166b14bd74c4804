package heapstakes.workload.symbol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Functions of a 64-bit little-endian ELF file: of its symbol table, or of what it exports where
 * that was stripped. Whatever the file, it ends in functions or in none.
 */
final class ElfFunctions {
  private static final int HEAD_BYTES = 64;
  private static final int SEGMENT_BYTES = 56;
  private static final int SECTION_BYTES = 64;
  private static final int SYMBOL_BYTES = 24;
  private static final int LOADED = 1;
  private static final int SYMBOLS = 2;
  private static final int EXPORTED_SYMBOLS = 11;
  private static final int FUNCTION = 2;
  private static final int INDIRECT_FUNCTION = 10;
  private static final long MOST_BYTES = 1L << 29;

  /** A part of the file that is mapped: where in the file, and where by its symbols. */
  private record Segment(long offset, long address, long bytes) {}

  private record Function(long address, long bytes, String name) {}

  private final List<Segment> segments = new ArrayList<>();
  private final List<Function> functions = new ArrayList<>();

  private ElfFunctions() {}

  /** Those of {@code file}; none where it cannot be read. */
  static ElfFunctions of(Path file) {
    ElfFunctions found = new ElfFunctions();
    if (Files.isRegularFile(file)) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        found.read(channel);
      } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException damaged) {
        found.functions.clear();
      }
    }
    found.functions.sort(Comparator.comparingLong(Function::address));
    return found;
  }

  /** The address by the file's symbols of what lies at {@code offset} of the file. */
  long address(long offset) {
    return segments.stream()
        .filter(part -> offset >= part.offset && offset - part.offset < part.bytes)
        .findFirst()
        .map(part -> offset - part.offset + part.address)
        .orElse(offset);
  }

  /** {@code NAME+0xDISTANCE} of the function that {@code address} lies in. */
  Optional<Named> at(long address) {
    int low = 0;
    int high = functions.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (functions.get(middle).address <= address) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    // Of several names of one place the one that has a length.
    for (int i = low - 1; i >= 0 && i >= low - 16; i--) {
      Function function = functions.get(i);
      if (address - function.address < Math.max(1, function.bytes)) {
        return Optional.of(new Named(function.name, address - function.address));
      }
    }
    return Optional.empty();
  }

  /**
   * A place in a function.
   *
   * @param function its name as the linker has it
   * @param distance bytes from its start
   */
  record Named(String function, long distance) {}

  private void read(FileChannel file) throws IOException {
    ByteBuffer head = part(file, 0, HEAD_BYTES);
    if (head.getInt(0) != 0x464c_457f || head.get(4) != 2 || head.get(5) != 1) {
      return;
    }
    int segmentCount = Short.toUnsignedInt(head.getShort(56));
    ByteBuffer table = part(file, head.getLong(32), (long) segmentCount * SEGMENT_BYTES);
    for (int at = 0; at < table.limit(); at += SEGMENT_BYTES) {
      if (table.getInt(at) == LOADED) {
        segments.add(
            new Segment(table.getLong(at + 8), table.getLong(at + 16), table.getLong(at + 32)));
      }
    }
    int sectionCount = Short.toUnsignedInt(head.getShort(60));
    ByteBuffer sections = part(file, head.getLong(40), (long) sectionCount * SECTION_BYTES);
    readSymbols(file, sections, SYMBOLS);
    if (functions.isEmpty()) {
      readSymbols(file, sections, EXPORTED_SYMBOLS);
    }
  }

  private void readSymbols(FileChannel file, ByteBuffer sections, int kind) throws IOException {
    for (int at = 0; at < sections.limit(); at += SECTION_BYTES) {
      if (sections.getInt(at + 4) == kind) {
        int texts = sections.getInt(at + 40) * SECTION_BYTES;
        ByteBuffer symbols = section(file, sections, at);
        ByteBuffer names = section(file, sections, texts);
        for (int symbol = 0; symbol + SYMBOL_BYTES <= symbols.limit(); symbol += SYMBOL_BYTES) {
          add(symbols, symbol, names);
        }
      }
    }
  }

  private void add(ByteBuffer symbols, int at, ByteBuffer names) {
    int type = symbols.get(at + 4) & 15;
    boolean isDefined = symbols.getShort(at + 6) != 0;
    if (isDefined && (type == FUNCTION || type == INDIRECT_FUNCTION)) {
      int from = symbols.getInt(at);
      int to = from;
      while (names.get(to) != 0) {
        to++;
      }
      byte[] name = new byte[to - from];
      names.get(from, name);
      functions.add(
          new Function(
              symbols.getLong(at + 8),
              symbols.getLong(at + 16),
              new String(name, StandardCharsets.UTF_8)));
    }
  }

  private static ByteBuffer section(FileChannel file, ByteBuffer sections, int at)
      throws IOException {
    return part(file, sections.getLong(at + 24), sections.getLong(at + 32));
  }

  private static ByteBuffer part(FileChannel file, long from, long bytes) throws IOException {
    if (from < 0 || bytes < 0 || bytes > MOST_BYTES || from + bytes > file.size()) {
      throw new IOException("it is cut short");
    }
    return file.map(FileChannel.MapMode.READ_ONLY, from, bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
