package heapstakes.model.ptmalloc2;

import static heapstakes.memory.Addresses.PAGE_BYTES;

/** When realloc returns a block as it is though less of it is needed. */
enum ResizeRule {
  /** Never: what can be a chunk is cut off. */
  V2_26("never") {
    @Override
    boolean keeps(long rest, boolean mapped, Parameters parameters) {
      return false;
    }
  },
  /** As long as less than the trim threshold is left over. */
  V2_37("up to the trim threshold") {
    @Override
    boolean keeps(long rest, boolean mapped, Parameters parameters) {
      return parameters.isWithinTrimThreshold(rest);
    }
  },
  /** When too little for a chunk is left over, of a mapping no more than a page. */
  V2_38("below 16 bytes, of a mapping a page") {
    @Override
    boolean keeps(long rest, boolean mapped, Parameters parameters) {
      return rest < Chunk.HEADER_BYTES || (mapped && rest <= PAGE_BYTES);
    }
  },
  /** When too little for a chunk is left over. */
  V2_43("below 16 bytes") {
    @Override
    boolean keeps(long rest, boolean mapped, Parameters parameters) {
      return rest < Chunk.HEADER_BYTES;
    }
  };

  private final String words;

  ResizeRule(String words) {
    this.words = words;
  }

  /** How much may be left over, for people. */
  String words() {
    return words;
  }

  /**
   * Whether it stays as it is.
   *
   * @param rest usable bytes that would not be needed, 0 or more
   * @param mapped whether it is a mapping of its own
   */
  abstract boolean keeps(long rest, boolean mapped, Parameters parameters);
}
