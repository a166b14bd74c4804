package heapstakes.cli;

/** Whose traces are kept of a command that starts other programs. */
enum Follow {
  /** Of the command's own process; what it starts is not recorded. */
  NONE,
  /** Of the program that did the work. */
  MAIN,
  /** Of each process. */
  ALL
}
