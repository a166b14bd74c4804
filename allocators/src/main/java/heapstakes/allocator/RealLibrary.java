package heapstakes.allocator;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * How a program gets a real malloc library.
 *
 * @param file to be preloaded if there is no prefix, else to be opened; empty: every program of
 *     this machine has it
 * @param prefix before its functions' names, often empty
 */
public record RealLibrary(Optional<Path> file, String prefix) {
  /** The variables that make a program load it, e.g. LD_PRELOAD; none for what it has anyway. */
  public SequencedMap<String, String> environment() {
    SequencedMap<String, String> variables = new LinkedHashMap<>();
    if (prefix.isEmpty()) {
      file.ifPresent(f -> variables.put("LD_PRELOAD", f.toString()));
    }
    return variables;
  }
}
