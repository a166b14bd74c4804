package heapstakes.cli;

/** For people, or for other programs. */
enum TextOrJson {
  /** A page. */
  TEXT,
  /** One document. */
  JSON
}
