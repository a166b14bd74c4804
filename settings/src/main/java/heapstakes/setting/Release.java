package heapstakes.setting;

/** How versions of libraries are told from each other. */
public final class Release {
  private Release() {}

  /**
   * Whether {@code found} is {@code wanted}, or a build or a patch of it: 5.3.0-3 of 5.3.0, 2.18.1
   * of 2.18.
   */
  public static boolean isOf(String found, String wanted) {
    return found.equals(wanted)
        || found.startsWith(wanted + "-")
        || wanted.contains(".") && found.startsWith(wanted + ".");
  }
}
