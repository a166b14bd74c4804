package heapstakes.memory;

/** Is told of every access to a {@link Memory} that is watched. */
public interface AccessListener {
  /**
   * An access was permitted, be it after a page fault.
   *
   * @param address of its first byte
   * @param length bytes, all in one page, at least 1; what is longer than a word was filled or
   *     copied, and a word counts as 1
   * @param write whether it is a store
   */
  void access(long address, long length, boolean write);
}
