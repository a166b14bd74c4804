package heapstakes.driver;

/** What compiles our C sources. */
enum CompilerCommand {
  /** For the C library of this machine. */
  CC("cc", "CC", "gcc libc6-dev"),
  /** For musl. */
  MUSL_GCC("musl-gcc", "MUSL_CC", "musl-tools");

  private final String command;
  private final String variable;
  private final String packages;

  CompilerCommand(String command, String variable, String packages) {
    this.command = command;
    this.variable = variable;
    this.packages = packages;
  }

  /** Its name on the path. */
  String command() {
    return command;
  }

  /** The environment variable that names another. */
  String variable() {
    return variable;
  }

  /** Packages of Debian that it is in. */
  String packages() {
    return packages;
  }
}
