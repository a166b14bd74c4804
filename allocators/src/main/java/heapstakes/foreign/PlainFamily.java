package heapstakes.foreign;

/** Any library that exports malloc and its kin: no settings, no counters, no trim. */
final class PlainFamily implements Family {
  @Override
  public String name() {
    return "plain";
  }

  @Override
  public boolean includes(SharedLibrary library, String prefix) {
    return true;
  }

  @Override
  public LibraryControls bind(SharedLibrary library, String prefix) {
    return () -> "sha256 " + library.sha256().substring(0, 12);
  }
}
