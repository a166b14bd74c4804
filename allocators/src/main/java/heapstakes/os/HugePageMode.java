package heapstakes.os;

/**
 * To which mappings a kernel gives transparent huge pages: {@code
 * /sys/kernel/mm/transparent_hugepage/enabled}.
 */
public enum HugePageMode {
  /** To none. */
  NEVER,
  /** To those that were advised {@link Advice#HUGEPAGE}. */
  MADVISE,
  /** To all but those that were advised {@link Advice#NOHUGEPAGE}. */
  ALWAYS
}
