package heapstakes.foreign;

import java.util.Optional;
import java.util.regex.Pattern;

/** musl's own malloc. It takes no settings and has no counters; a glibc process cannot load it. */
final class MuslFamily implements Family {
  private static final Pattern RELEASE = Pattern.compile("\\x00([0-9]+\\.[0-9]+\\.[0-9]+)\\x00");

  @Override
  public String name() {
    return "musl";
  }

  @Override
  public Optional<String> releaseIn(String text) {
    return Family.find(RELEASE, text);
  }

  @Override
  public boolean canBeOpened() {
    return false;
  }

  @Override
  public boolean trims() {
    return false;
  }

  @Override
  public boolean includes(SharedLibrary library, String prefix) {
    return false;
  }

  @Override
  public LibraryControls bind(SharedLibrary library, String prefix) {
    throw new IllegalStateException("musl was loaded into a JVM: " + library.origin());
  }
}
