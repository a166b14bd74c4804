package heapstakes.model.jemalloc;

import heapstakes.allocator.HeapCorruptedException;
import java.util.Arrays;
import java.util.Locale;

/** An extent cut into equal objects; a set bit of its map is a free one. Guarded by its bin. */
final class Slab {
  private Slab() {}

  /** Makes {@code extent} a slab of {@code sizeClass}, all free. */
  static void format(Extent extent, int sizeClass) {
    int regions = SizeClasses.regions(sizeClass);
    long[] bitmap = new long[(regions + Long.SIZE - 1) / Long.SIZE];
    Arrays.fill(bitmap, -1L);
    if (regions % Long.SIZE != 0) {
      bitmap[bitmap.length - 1] = (1L << regions) - 1;
    }
    extent.sizeClass = sizeClass;
    extent.free = regions;
    extent.bitmap = bitmap;
    extent.startsAsSlab = true;
    extent.endsAsSlab = true;
  }

  /** {@code extent} is no slab any more. */
  static void unformat(Extent extent) {
    extent.sizeClass = SizeClasses.NONE;
    extent.free = 0;
    extent.bitmap = null;
  }

  private static long[] bitmap(Extent slab) {
    long[] bitmap = slab.bitmap;
    if (bitmap == null) {
      throw new HeapCorruptedException(
          String.format(Locale.ROOT, "the extent at 0x%x is no slab", slab.base));
    }
    return bitmap;
  }

  /**
   * Takes the lowest free objects of {@code slab}, which has as many.
   *
   * @param to receives them
   * @param end from the index before this one downwards
   */
  static void take(Extent slab, long[] to, int end, int count) {
    long[] bitmap = bitmap(slab);
    long size = SizeClasses.sizeOf(slab.sizeClass);
    int at = end;
    int left = count;
    for (int word = 0; left > 0 && word < bitmap.length; word++) {
      long bits = bitmap[word];
      long start = slab.base + word * Long.SIZE * size;
      while (bits != 0 && left > 0) {
        to[--at] = start + Long.numberOfTrailingZeros(bits) * size;
        bits &= bits - 1;
        left--;
      }
      bitmap[word] = bits;
    }
    slab.free -= count;
  }

  /** Marks an object as free. */
  static void giveBack(Extent slab, long address) {
    int offset = (int) (address - slab.base);
    int size = (int) SizeClasses.sizeOf(slab.sizeClass);
    int region = offset / size;
    long bit = 1L << region;
    long[] bitmap = bitmap(slab);
    if ((bitmap[region >>> 6] & bit) != 0 || region * size != offset) {
      throw new HeapCorruptedException(
          String.format(
              Locale.ROOT,
              "0x%x was freed, which is no live block of the slab at 0x%x: freed twice? (jemalloc"
                  + " does not notice; its heap would be corrupt from here on)",
              address,
              slab.base));
    }
    bitmap[region >>> 6] |= bit;
    slab.free++;
  }
}
