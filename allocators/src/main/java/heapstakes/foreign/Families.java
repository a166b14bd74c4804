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
          new PlainFamily());

  private Families() {}
}
