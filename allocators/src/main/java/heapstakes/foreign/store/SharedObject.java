package heapstakes.foreign.store;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A shared object with a soname, out of a package.
 *
 * @param origin file that it came in: the package, or itself
 * @param path its own, there or inside of the package; for messages
 * @param packageVersion without an epoch; empty for what was in no package
 * @param elf what it says of itself
 * @param content the whole file
 */
public record SharedObject(
    Path origin, String path, Optional<String> packageVersion, ElfFile elf, byte[] content) {
  /** Its own name, which is a plain file name. */
  public String soname() {
    return elf.soname();
  }
}
