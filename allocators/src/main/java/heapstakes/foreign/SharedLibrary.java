package heapstakes.foreign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * A library loaded into this process, where it stays until the end.
 *
 * @param handle of dlopen(3)
 * @param file where it came from, as the loader knows it
 * @param origin what to call it to a user: its path, or the jar that brings it
 * @param sha256 digest of its file, lower-case hexadecimal
 */
record SharedLibrary(long handle, String file, String origin, String sha256) {

  /**
   * Loads a file.
   *
   * @throws LoadFailure when the dynamic linker refuses it
   */
  static SharedLibrary load(Path path, String origin) throws LoadFailure {
    long handle = DynamicLinker.open(path.toString());
    if (handle == 0) {
      throw new LoadFailure(DynamicLinker.lastError());
    }
    return new SharedLibrary(handle, DynamicLinker.fileOf(handle), origin, digestOf(path));
  }

  /** Address of a function that this library itself defines: not one of those it depends on. */
  OptionalLong find(String symbol) {
    long address = DynamicLinker.symbol(handle, symbol);
    return address != 0 && file.equals(DynamicLinker.fileHolding(address))
        ? OptionalLong.of(address)
        : OptionalLong.empty();
  }

  boolean has(String symbol) {
    return find(symbol).isPresent();
  }

  /** Of a file, lower-case hexadecimal. */
  static String digestOf(Path path) {
    try {
      return digest(Files.readAllBytes(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of a file's content, lower-case hexadecimal. */
  static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** The dynamic linker's own words. */
  static final class LoadFailure extends Exception {
    private static final long serialVersionUID = 1L;

    LoadFailure(String message) {
      super(message);
    }
  }
}
