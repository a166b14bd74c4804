package heapstakes.explain;

/** What a resident byte is used for. */
public enum Content {
  /** Asked for by a live block. */
  LIVE("asked for by live blocks"),
  /** Handed out beyond what was asked for. */
  ROUNDING("rounding of their sizes"),
  /** A block that was freed and waits in a cache. */
  CACHED("freed, kept in a cache"),
  /** Free in memory that is cut into equal blocks, or behind the last of them. */
  RUN("free between equal blocks"),
  /** Free chunk, span or extent. */
  FREE("free"),
  /** Free at the end of a heap. */
  TOP("free at the end of a heap"),
  /** Headers and records, and what else is not told. */
  OTHER("headers and records");

  private final String words;

  Content(String words) {
    this.words = words;
  }

  /** For people. */
  public String words() {
    return words;
  }
}
