package heapstakes.os;

/**
 * Flags of {@link AddressSpace#mmap} and {@link AddressSpace#mremap}, with Linux's values
 * (linux/mman.h).
 */
public final class MapFlags {
  /** MAP_PRIVATE: the only kind of sharing an allocator uses. */
  public static final int PRIVATE = 0x02;

  /** MAP_FIXED: exactly there, replacing what is there. */
  public static final int FIXED = 0x10;

  /** MAP_ANONYMOUS. */
  public static final int ANONYMOUS = 0x20;

  /** MAP_NORESERVE: not charged against the overcommit limit in modes 0 and 1. */
  public static final int NORESERVE = 0x4000;

  /** MAP_POPULATE: fault every page in at once. */
  public static final int POPULATE = 0x8000;

  /** MAP_FIXED_NOREPLACE: exactly there, or EEXIST. */
  public static final int FIXED_NOREPLACE = 0x100000;

  /** What allocators pass: MAP_PRIVATE | MAP_ANONYMOUS. */
  public static final int PRIVATE_ANONYMOUS = PRIVATE | ANONYMOUS;

  /** MREMAP_MAYMOVE. */
  public static final int MREMAP_MAYMOVE = 1;

  /** MREMAP_FIXED. */
  public static final int MREMAP_FIXED = 2;

  /** MREMAP_DONTUNMAP. */
  public static final int MREMAP_DONTUNMAP = 4;

  private MapFlags() {}
}
