package heapstakes.driver;

import heapstakes.allocator.Region;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a block lies, packed into a long: kind in bits 56–63, number of an arena heap or segment in
 * bits 40–55, offset in bits 0–39. The packing is the driver's (driver.h).
 */
public final class Location {
  private static final int KIND_SHIFT = 56;
  private static final int HEAP_SHIFT = 40;
  private static final long HEAP_MASK = 0xffff;
  private static final String HEAP = "heap";
  private static final String SEGMENT = "seg";
  private static final long OFFSET_MASK = (1L << HEAP_SHIFT) - 1;

  private Location() {}

  /** What a location is. */
  public enum Kind {
    /** The operation returns no block: free, store, load, trim. */
    NONE,
    /** NULL. */
    NULL,
    /** In the program break's area; offset from the initial break. */
    BRK,
    /** In an arena heap of glibc's; offset from the heap's start. */
    HEAP,
    /** In a mapping; offset in its page. */
    MMAP,
    /** In a segment of mimalloc's; offset from the segment's start. */
    SEGMENT
  }

  private static final Kind[] KINDS = Kind.values();

  /** The location of a block in {@code region}; null: NULL. */
  public static long of(@Nullable Region region) {
    if (region == null) {
      return (long) Kind.NULL.ordinal() << KIND_SHIFT;
    }
    String name = region.name();
    return switch (name) {
      case "brk" -> pack(Kind.BRK, 0, region);
      case "mmap" -> pack(Kind.MMAP, 0, region);
      default ->
          name.startsWith(SEGMENT)
              ? pack(Kind.SEGMENT, number(name, SEGMENT), region)
              : pack(Kind.HEAP, number(name, HEAP), region);
    };
  }

  private static long number(String name, String prefix) {
    return Integer.parseInt(name, prefix.length(), name.length(), 10) & HEAP_MASK;
  }

  private static long pack(Kind kind, long heap, Region region) {
    return (long) kind.ordinal() << KIND_SHIFT | heap << HEAP_SHIFT | region.offset();
  }

  /** For people: {@code brk+0x2a0}, {@code heap1+0xb70}, {@code mmap+0x10}, {@code NULL}. */
  public static String describe(long location) {
    return region(location)
        .map(r -> String.format(Locale.ROOT, "%s+0x%x", r.name(), r.offset()))
        .orElse(kind(location) == Kind.NULL ? "NULL" : "no block");
  }

  /** What {@code location} is. */
  public static Kind kind(long location) {
    return KINDS[(int) (location >>> KIND_SHIFT)];
  }

  /** Number of the arena heap, from 1, or of the segment, from 0; 0 elsewhere. */
  public static int heap(long location) {
    return (int) (location >>> HEAP_SHIFT & HEAP_MASK);
  }

  /** Bytes from the start of the region. */
  public static long offset(long location) {
    return location & OFFSET_MASK;
  }

  /** In the words of the address file; empty for NULL and for operations without a block. */
  public static Optional<Region> region(long location) {
    return switch (kind(location)) {
      case NONE, NULL -> Optional.empty();
      case BRK -> Optional.of(new Region("brk", offset(location)));
      case HEAP -> Optional.of(new Region(HEAP + heap(location), offset(location)));
      case SEGMENT -> Optional.of(new Region(SEGMENT + heap(location), offset(location)));
      case MMAP -> Optional.of(new Region("mmap", offset(location)));
    };
  }
}
