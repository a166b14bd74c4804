package heapstakes.os;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Counts by kind. Adding is an addition to an element of an array.
 *
 * @param <K> the kinds of one kernel, all of which are counted from 0
 */
public final class KindCounts<K extends Enum<K>> {
  private final Class<K> type;
  private final K[] kinds;
  private final long[] counts;

  /** Nothing counted yet. */
  public KindCounts(Class<K> kinds) {
    this.type = kinds;
    this.kinds = kinds.getEnumConstants();
    this.counts = new long[this.kinds.length];
  }

  /** Counts {@code more} of this kind. */
  public void add(K kind, long more) {
    counts[kind.ordinal()] += more;
  }

  /** The count of this kind; 0 of another kernel's. */
  public long get(Object kind) {
    return type.isInstance(kind) ? counts[type.cast(kind).ordinal()] : 0;
  }

  /** All counts are 0 again. */
  public void clear() {
    Arrays.fill(counts, 0);
  }

  /** A copy: every kind, in the order of their declaration. */
  public Map<K, Long> toMap() {
    Map<K, Long> map = new EnumMap<>(type);
    for (K kind : kinds) {
      map.put(kind, counts[kind.ordinal()]);
    }
    return Collections.unmodifiableMap(map);
  }
}
