package heapstakes.timer;

import heapstakes.driver.DriverException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What callgrind writes, with names in full ({@code --compress-strings=no}) and line numbers in
 * full ({@code --compress-pos=no}): instructions by the file that they lie in, those of a function
 * itself and not of what it calls. The form is described in valgrind's manual, "Callgrind Format
 * Specification".
 */
final class CallgrindFile {
  private static final String OBJECT = "ob=";
  private static final String CALLS = "calls=";
  private static final String EVENTS = "events: Ir";

  private CallgrindFile() {}

  /**
   * Instructions by file, as callgrind names it; {@code ???} where it knows none.
   *
   * @throws DriverException when the file cannot be read, or is no such file
   */
  static Map<String, Long> instructionsByObject(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw malformed(file, "cannot be read: " + e.getMessage());
    }
    if (lines.stream().noneMatch(line -> line.startsWith(EVENTS))) {
      throw malformed(file, "does not say 'events: Ir', so there are no instructions in it");
    }
    Map<String, Long> byObject = new LinkedHashMap<>();
    String object = "???";
    boolean isOfCallee = false;
    for (String line : lines) {
      if (line.startsWith(OBJECT)) {
        object = line.substring(OBJECT.length());
      } else if (line.startsWith(CALLS)) {
        isOfCallee = true;
      } else if (!line.isEmpty() && "+-*0123456789".indexOf(line.charAt(0)) >= 0) {
        if (!isOfCallee) {
          byObject.merge(object, cost(file, line), Long::sum);
        }
        isOfCallee = false;
      }
    }
    return byObject;
  }

  /** Behind the position: the first figure is Ir. */
  private static long cost(Path file, String line) {
    String[] words = line.strip().split(" +");
    try {
      return words.length < 2 ? 0 : Long.parseLong(words[1]);
    } catch (NumberFormatException e) {
      throw malformed(file, "has a line without a number of instructions: " + line);
    }
  }

  private static DriverException malformed(Path file, String why) {
    return new DriverException(String.format(Locale.ROOT, "callgrind's file %s %s", file, why));
  }
}
