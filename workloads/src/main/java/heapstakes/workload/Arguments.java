package heapstakes.workload;

/** Values for a workload's parameters, already checked against their ranges. */
public interface Arguments {
  /** Value of a number or a size in bytes. */
  long number(String key);

  /** Value of a choice. */
  String text(String key);

  /** Those that were given, {@code KEY=VALUE[,KEY=VALUE…]}; empty for all defaults. */
  @Override
  String toString();
}
