package heapstakes.forecast;

/** Is told where a replay reads and writes memory. */
interface Touches {
  /** Keeps no books. */
  Touches NOBODY =
      new Touches() {
        @Override
        public void begin() {}

        @Override
        public void fault(long address) {}

        @Override
        public void access(long address, long length, boolean isOwn) {}

        @Override
        public void operation() {}
      };

  /** What counts begins here. */
  void begin();

  /** The kernel has cleared the page of {@code address} for the access that follows. */
  void fault(long address);

  /**
   * An access to {@code length} bytes, all in one page.
   *
   * @param isOwn whether it is the allocator's, and not the program's that uses its block
   */
  void access(long address, long length, boolean isOwn);

  /** An operation of the trace is over. */
  void operation();
}
