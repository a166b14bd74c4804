package heapstakes.foreign;

import java.util.List;

/** The families of libraries. */
final class Families {
  /** Those known, the plain one last: it takes any library. */
  static final List<Family> ALL =
      List.of(
          new GlibcFamily(),
          new JemallocFamily(),
          new TcMallocFamily(),
          new MimallocFamily(),
          new MuslFamily(),
          new ScudoFamily(),
          new TbbFamily(),
          new Plain());

  private Families() {}

  /** Any library that exports malloc and its kin: no settings, no counters, no trim. */
  private static final class Plain implements Family {
    @Override
    public String name() {
      return "plain";
    }

    @Override
    public boolean trims() {
      return false;
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
}
