package heapstakes.allocator;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a program gets a real malloc library.
 *
 * @param file to be preloaded if there is no prefix, else to be opened; empty: every program of
 *     this machine has it
 * @param prefix before its functions' names, often empty
 */
public record RealLibrary(Optional<Path> file, String prefix) {
  /** The shell's form, e.g. {@code LD_PRELOAD=/usr/lib/libjemalloc.so.2}; empty for none. */
  public String deployableForm() {
    return prefix.isEmpty() ? file.map(f -> "LD_PRELOAD=" + f).orElse("") : "";
  }
}
