package heapstakes.foreign.store;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A shared object out of a package.
 *
 * @param origin file that it came in: the package, or itself
 * @param path its own, there or inside of the package; for messages
 * @param packageVersion without an epoch; empty for what was in no package
 * @param elf what it says of itself
 * @param content the whole file
 */
public record SharedObject(
    Path origin, String path, Optional<String> packageVersion, ElfFile elf, byte[] content) {
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]*");

  /** The name under which it is kept: its own, or its file's where it has none. */
  public String soname() {
    String name = elf.soname().isEmpty() ? path.substring(path.lastIndexOf('/') + 1) : elf.soname();
    return CLibrary.canonical(name);
  }

  /** Whether that name is a plain one, which leads nowhere. */
  boolean isNamedPlainly() {
    return PLAIN_NAME.matcher(soname()).matches();
  }
}
