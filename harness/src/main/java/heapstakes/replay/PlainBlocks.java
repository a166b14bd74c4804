package heapstakes.replay;

/** Addresses by slot and nothing else. */
final class PlainBlocks implements Blocks {
  private final long[] addresses;

  /**
   * @param addresses by slot, 0 for none; the caller's, changed in place
   */
  PlainBlocks(long[] addresses) {
    this.addresses = addresses;
  }

  @Override
  public long address(int slot) {
    return addresses[slot];
  }

  @Override
  public void put(int slot, long address, long size) {
    addresses[slot] = address;
  }

  @Override
  public void remove(int slot) {
    addresses[slot] = 0;
  }

  @Override
  public void replace(int slot, long usable, long address, long size) {
    addresses[slot] = address;
  }
}
