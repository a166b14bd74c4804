package heapstakes.forecast;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;

/** Asks the machine for its caches. */
public final class CacheProbe {
  private static final int FIRST_DATA = 0;
  private static final int SECOND = 2;
  private static final int THIRD = 3;

  private final Path root;

  /**
   * Probes the machine whose file system is at {@code root}.
   *
   * @param root where /sys is
   */
  public CacheProbe(Path root) {
    this.root = root;
  }

  /**
   * The caches of the first processor. Where the kernel does not say, and of TLBs, of which it
   * never does, what {@link Caches#ZEN_3} has.
   */
  public Caches shape() {
    Caches usual = Caches.ZEN_3;
    return new Caches(
        number(FIRST_DATA, "size", usual.l1Bytes()),
        (int) number(FIRST_DATA, "ways_of_associativity", usual.l1Ways()),
        number(SECOND, "size", usual.l2Bytes()),
        (int) number(SECOND, "ways_of_associativity", usual.l2Ways()),
        number(THIRD, "size", usual.l3Bytes()),
        (int) number(THIRD, "ways_of_associativity", usual.l3Ways()),
        usual.tlbEntries(),
        usual.tlbWays(),
        usual.secondTlbEntries(),
        usual.secondTlbWays());
  }

  private long number(int index, String file, long otherwise) {
    Path path =
        root.resolve(
            String.format(
                Locale.ROOT, "sys/devices/system/cpu/cpu0/cache/index%d/%s", index, file));
    try {
      OptionalLong number = parse(Files.readString(path).strip());
      return number.isPresent() && number.getAsLong() > 0 ? number.getAsLong() : otherwise;
    } catch (IOException e) {
      return otherwise;
    }
  }

  /** A number, or one of KiB: {@code 512K}. */
  private static OptionalLong parse(String text) {
    if (!text.matches("[0-9]{1,9}K?")) {
      return OptionalLong.empty();
    }
    return text.endsWith("K")
        ? OptionalLong.of(Long.parseLong(text.substring(0, text.length() - 1)) << 10)
        : OptionalLong.of(Long.parseLong(text));
  }
}
