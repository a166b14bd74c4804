package heapstakes.workload.symbol;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What lay where in the code of a process, by lines of its {@code /proc/PID/maps}. */
final class CodeMap {
  private static final Pattern LINE =
      Pattern.compile(
          "([0-9a-f]{1,16})-([0-9a-f]{1,16}) \\S{4} ([0-9a-f]{1,16}) \\S+ (\\d{1,20}) *(.*)");

  private record Part(long begins, long ends, long offset, String inode, String path) {
    /**
     * Whether the file of that name is the one that was mapped: names of another would be wrong.
     */
    boolean isStillThere() {
      try {
        return path.startsWith("/")
            && Files.getAttribute(Path.of(path), "unix:ino").toString().equals(inode);
      } catch (IOException | UnsupportedOperationException | InvalidPathException elsewhere) {
        return false;
      }
    }

    String image() {
      return path.isEmpty() ? "no file" : path.substring(path.lastIndexOf('/') + 1);
    }
  }

  private record Place(String image, long address, Optional<ElfFunctions.Named> named) {
    String label(Map<String, String> readable) {
      return named
          .map(known ->
              String.format(
                  Locale.ROOT,
                  "%s+0x%x (%s)",
                  readable.get(known.function()),
                  known.distance() + 1,
                  image))
          .orElseGet(() -> String.format(Locale.ROOT, "0x%x (%s)", address + 1, image));
    }
  }

  private final TreeMap<Long, Part> parts = new TreeMap<>(Long::compareUnsigned);
  private final Map<String, ElfFunctions> functions = new HashMap<>();

  /**
   * @param lines those that are none are passed over
   */
  CodeMap(List<String> lines) {
    for (String line : lines) {
      Matcher match = LINE.matcher(line);
      if (match.matches()) {
        long begins = Long.parseUnsignedLong(match.group(1), 16);
        long ends = Long.parseUnsignedLong(match.group(2), 16);
        long offset = Long.parseUnsignedLong(match.group(3), 16);
        parts.put(begins, new Part(begins, ends, offset, match.group(4), match.group(5)));
      }
    }
  }

  /**
   * What return addresses are called: {@code FUNCTION+0xOFFSET (IMAGE)}, or the address in the
   * image, as {@code addr2line} takes it, where no symbol is known.
   */
  Map<Long, String> labels(Collection<Long> addresses) {
    Map<Long, Place> places = new LinkedHashMap<>();
    addresses.forEach(address -> places.put(address, place(address)));
    Map<String, String> readable =
        Demangler.readable(
            places.values().stream()
                .flatMap(place -> place.named.stream())
                .map(ElfFunctions.Named::function)
                .collect(Collectors.toSet()));
    Map<Long, String> labels = new HashMap<>();
    places.forEach((address, place) -> labels.put(address, place.label(readable)));
    return labels;
  }

  /** The call is the instruction before the return address, which may be the next function's. */
  private Place place(long returnAddress) {
    long address = returnAddress - 1;
    Map.Entry<Long, Part> entry = parts.floorEntry(address);
    if (entry == null || Long.compareUnsigned(address, entry.getValue().ends) >= 0) {
      return new Place("unknown", address, Optional.empty());
    }
    Part part = entry.getValue();
    if (!part.isStillThere()) {
      long place = part.path.startsWith("/") ? address - part.begins + part.offset : address;
      return new Place(part.image(), place, Optional.empty());
    }
    ElfFunctions image =
        functions.computeIfAbsent(part.path, path -> ElfFunctions.of(Path.of(path)));
    long inImage = image.address(address - part.begins + part.offset);
    return new Place(part.image(), inImage, image.at(inImage));
  }
}
