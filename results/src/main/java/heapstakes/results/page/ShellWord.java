package heapstakes.results.page;

/** Words of a command line. */
final class ShellWord {
  private ShellWord() {}

  /** For a POSIX shell. */
  static String quoted(String word) {
    return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
