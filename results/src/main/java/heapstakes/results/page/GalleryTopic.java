package heapstakes.results.page;

/**
 * What a workload of a gallery is about.
 *
 * @param kind under which heading it stands
 * @param question it answers; may be empty
 * @param summary what it does; may be empty
 */
public record GalleryTopic(Kind kind, String question, String summary) {
  /** Of a trace that nobody has described. */
  public static final GalleryTopic UNKNOWN = new GalleryTopic(Kind.OTHER, "", "");

  /** Headings of the index, in its order. */
  public enum Kind {
    /** About freed memory. */
    QUESTION("Questions"),
    /** Of real programs. */
    RECORDED("Recorded programs"),
    /** Generated. */
    SYNTHETIC("Synthetic workloads"),
    /** Of the user. */
    OTHER("Other traces");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }
}
