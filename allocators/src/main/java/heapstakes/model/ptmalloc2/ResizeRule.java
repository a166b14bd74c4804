package heapstakes.model.ptmalloc2;

import static heapstakes.memory.Addresses.PAGE_BYTES;

/** When realloc returns a block as it is though less of it is needed. */
enum ResizeRule {
  /** Never: what can be a chunk is cut off. */
  V2_26 {
    @Override
    boolean keeps(long rest, boolean mapped, Parameters parameters) {
      return false;
    }
  },
  /** As long as less than the trim threshold is left over. */
  V2_37 {
    @Override
    boolean keeps(long rest, boolean mapped, Parameters parameters) {
      return parameters.isWithinTrimThreshold(rest);
    }
  },
  /** When too little for a chunk is left over, of a mapping no more than a page. */
  V2_38 {
    @Override
    boolean keeps(long rest, boolean mapped, Parameters parameters) {
      return rest < Chunk.HEADER_BYTES || (mapped && rest <= PAGE_BYTES);
    }
  },
  /** When too little for a chunk is left over. */
  V2_43 {
    @Override
    boolean keeps(long rest, boolean mapped, Parameters parameters) {
      return rest < Chunk.HEADER_BYTES;
    }
  };

  /**
   * Whether it stays as it is.
   *
   * @param rest usable bytes that would not be needed, 0 or more
   * @param mapped whether it is a mapping of its own
   */
  abstract boolean keeps(long rest, boolean mapped, Parameters parameters);
}
