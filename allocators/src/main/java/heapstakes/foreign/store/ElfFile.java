package heapstakes.foreign.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a shared object for x86-64 says to the dynamic linker.
 *
 * @param soname its own name; empty for none
 * @param needed sonames of what it is linked with
 * @param wanted versions of symbols that it wants, by the soname of who must have them
 * @param provided versions of symbols that it has
 */
public record ElfFile(
    String soname, List<String> needed, Map<String, Set<String>> wanted, Set<String> provided) {
  /** Bytes that tell whether a file may be one. */
  static final int MAGIC_BYTES = 4;

  private static final int MAGIC = 0x464c457f; // 0x7f E L F
  private static final int LITTLE_64 = 0x0102; // class and data bytes
  private static final short SHARED_OBJECT = 3;
  private static final short X86_64 = 62;
  private static final int LOAD = 1;
  private static final int DYNAMIC = 2;
  private static final int VERSION_IS_WEAK = 2; // its lack is borne

  // Tags of the dynamic section.
  private static final long NEEDED = 1;
  private static final long STRINGS = 5;
  private static final long SONAME = 14;
  private static final long VERDEF = 0x6ffffffcL;
  private static final long VERDEF_COUNT = 0x6ffffffdL;
  private static final long VERNEED = 0x6ffffffeL;
  private static final long VERNEED_COUNT = 0x6fffffffL;

  static boolean isElf(byte[] start) {
    return start.length >= MAGIC_BYTES
        && ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt() == MAGIC;
  }

  /** Reads a file; empty when there is none, or it is no shared object for x86-64. */
  public static Optional<ElfFile> read(Path file) {
    try {
      return Files.isRegularFile(file) ? of(Files.readAllBytes(file)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // for who looks for a library, one that cannot be read is none
    }
  }

  /** Reads the content of a file; empty when it is no shared object for x86-64, or damaged. */
  static Optional<ElfFile> of(byte[] content) {
    try {
      ByteBuffer file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
      boolean fits =
          isElf(content)
              && content.length > 64
              && file.getShort(4) == LITTLE_64
              && file.getShort(16) == SHARED_OBJECT
              && file.getShort(18) == X86_64;
      return fits ? new Reader(file).read() : Optional.empty();
    } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
      return Optional.empty(); // an offset that leads out of the file
    }
  }

  /** Whether it has these versions of symbols. */
  boolean provides(Set<String> versions) {
    return provided.containsAll(versions);
  }

  private static final class Reader {
    private static final int SEGMENT_BYTES = 56;
    private static final int MOST_ENTRIES = 1 << 16; // a damaged file may say anything

    private final ByteBuffer file;
    private final List<long[]> loads = new ArrayList<>(); // address, offset, bytes
    private final Map<Long, Long> tags = new LinkedHashMap<>();
    private final List<Long> neededAt = new ArrayList<>();
    private int strings;

    Reader(ByteBuffer file) {
      this.file = file;
    }

    Optional<ElfFile> read() {
      int dynamic = readSegments();
      if (dynamic < 0) {
        return Optional.empty();
      }
      readTags(dynamic);
      if (!tags.containsKey(STRINGS)) {
        return Optional.empty();
      }
      strings = offset(tags.get(STRINGS));
      return Optional.of(
          new ElfFile(
              tags.containsKey(SONAME) ? string(tags.get(SONAME)) : "",
              neededAt.stream().map(this::string).toList(),
              wanted(),
              provided()));
    }

    /** Keeps where segments lie; returns the offset of the dynamic one, or -1. */
    private int readSegments() {
      int at = Math.toIntExact(file.getLong(32));
      int count = Short.toUnsignedInt(file.getShort(56));
      int dynamic = -1;
      for (int i = 0; i < count; i++, at += SEGMENT_BYTES) {
        switch (file.getInt(at)) {
          case LOAD ->
              loads.add(
                  new long[] {file.getLong(at + 16), file.getLong(at + 8), file.getLong(at + 32)});
          case DYNAMIC -> dynamic = Math.toIntExact(file.getLong(at + 8));
          default -> {}
        }
      }
      return dynamic;
    }

    private void readTags(int at) {
      for (int i = 0; i < MOST_ENTRIES && file.getLong(at) != 0; i++, at += 16) {
        long value = file.getLong(at + 8);
        if (file.getLong(at) == NEEDED) {
          neededAt.add(value);
        } else {
          tags.put(file.getLong(at), value);
        }
      }
    }

    private int offset(long address) {
      for (long[] load : loads) {
        if (address >= load[0] && address - load[0] < load[2]) {
          return Math.toIntExact(address - load[0] + load[1]);
        }
      }
      throw new IllegalArgumentException("no segment has this address");
    }

    private String string(long at) {
      int start = Math.toIntExact(strings + at);
      int end = start;
      while (file.get(end) != 0) {
        end++;
      }
      return new String(file.array(), start, end - start, StandardCharsets.UTF_8);
    }

    /** Chains of struct Verneed, each with a chain of struct Vernaux. */
    private Map<String, Set<String>> wanted() {
      Map<String, Set<String>> wanted = new LinkedHashMap<>();
      int at = tags.containsKey(VERNEED) ? offset(tags.get(VERNEED)) : 0;
      for (long i = Math.min(tags.getOrDefault(VERNEED_COUNT, 0L), MOST_ENTRIES); i > 0; i--) {
        Set<String> versions =
            wanted.computeIfAbsent(string(unsigned(at + 4)), name -> new LinkedHashSet<>());
        int aux = at + file.getInt(at + 8);
        for (int j = Short.toUnsignedInt(file.getShort(at + 2)); j > 0; j--) {
          if ((file.getShort(aux + 4) & VERSION_IS_WEAK) == 0) {
            versions.add(string(unsigned(aux + 8)));
          }
          aux += file.getInt(aux + 12);
        }
        at += file.getInt(at + 12);
      }
      return wanted;
    }

    /** A chain of struct Verdef, whose first struct Verdaux has the name. */
    private Set<String> provided() {
      Set<String> provided = new LinkedHashSet<>();
      int at = tags.containsKey(VERDEF) ? offset(tags.get(VERDEF)) : 0;
      for (long i = Math.min(tags.getOrDefault(VERDEF_COUNT, 0L), MOST_ENTRIES); i > 0; i--) {
        provided.add(string(unsigned(at + file.getInt(at + 12))));
        at += file.getInt(at + 16);
      }
      return provided;
    }

    private long unsigned(int at) {
      return Integer.toUnsignedLong(file.getInt(at));
    }
  }
}
