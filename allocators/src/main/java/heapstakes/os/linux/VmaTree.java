package heapstakes.os.linux;

import org.jspecify.annotations.Nullable;

/**
 * Disjoint mappings in order of address, with the free space between them: a treap in which every
 * node knows the largest gap of its subtree, so that finding a mapping, or the highest or lowest
 * gap of a size, takes logarithmic time. Nodes are pooled: a full tree allocates nothing.
 */
final class VmaTree {
  /** No gap is large enough. */
  static final long NONE = -1;

  private final Vma head = new Vma(); // ends at 0, before the first mapping; not in the tree
  private final Vma tail = new Vma(); // begins where user space ends; carries the last gap
  private @Nullable Vma root;
  private Vma lastFound;
  private @Nullable Vma pool;
  private int seed = 0x9E3779B9;
  private int size;

  VmaTree(long limit) {
    tail.start = limit;
    tail.end = limit;
    tail.flags = Vma.IMAGE;
    head.flags = Vma.IMAGE;
    head.next = tail;
    tail.prev = head;
    root = tail;
    lastFound = tail;
    refreshGap(tail);
  }

  /** Mappings in it. */
  int size() {
    return size;
  }

  /** The lowest mapping, or {@link #isEnd the end}. */
  Vma first() {
    return head.next;
  }

  /** Whether {@code vma} stands for the end of the list, as {@code next} of the last. */
  boolean isEnd(Vma vma) {
    return vma == tail;
  }

  /** The first mapping that ends above {@code address}: find_vma(). */
  Vma find(long address) {
    Vma cached = lastFound;
    if (address < cached.end && address >= cached.start) {
      return cached;
    }
    Vma found = tail;
    for (Vma node = root; node != null; ) {
      if (node.end > address) {
        found = node;
        node = node.left;
      } else {
        node = node.right;
      }
    }
    lastFound = found;
    return found;
  }

  /** Adds a mapping in front of {@code next}; the range must be free. */
  Vma insertBefore(Vma next, long start, long end) {
    Vma vma = take();
    vma.start = start;
    vma.end = end;
    vma.priority = nextPriority();
    link(next.prev, vma);
    link(vma, next);
    if (next.left == null) {
      next.left = vma;
      vma.parent = next;
    } else {
      vma.prev.right = vma; // the predecessor inside next's left subtree has no right child
      vma.parent = vma.prev;
    }
    refreshGap(vma);
    refreshGap(next);
    while (vma.parent != null && vma.parent != tail && vma.priority > vma.parent.priority) {
      rotateUp(vma);
    }
    size++;
    return vma;
  }

  /** Takes a mapping out; the object is reused. */
  void remove(Vma vma) {
    while (vma.left != null && vma.right != null) {
      rotateUp(vma.left.priority > vma.right.priority ? vma.left : vma.right);
    }
    replace(vma, vma.left != null ? vma.left : vma.right);
    pullUp(vma.parent);
    Vma next = vma.next;
    link(vma.prev, next);
    refreshGap(next);
    size--;
    lastFound = tail;
    vma.left = null;
    vma.right = null;
    vma.parent = null;
    vma.start = 0;
    vma.end = 0;
    vma.next = pool == null ? vma : pool;
    pool = vma;
  }

  /** Moves the bounds of a mapping without passing a neighbour. */
  void resize(Vma vma, long start, long end) {
    vma.start = start;
    vma.end = end;
    refreshGap(vma);
    refreshGap(vma.next);
  }

  /** Attributes that change a gap (the stack's guard) were set on {@code vma}. */
  void refreshGap(Vma vma) {
    if (vma != head) {
      vma.gap = Math.max(0, vma.guardedStart() - vma.prev.end);
      pullUp(vma);
    }
  }

  /** Start of a block at the top of the highest gap of {@code length} within [low, high). */
  long highestGap(long length, long low, long high) {
    for (Vma vma = find(high - 1); vma != null; vma = previousWithGap(vma, length)) {
      long end = Math.min(vma.guardedStart(), high);
      long start = Math.max(vma.prev.end, low);
      if (end - start >= length) {
        return end - length;
      }
      if (vma.prev.end <= low) {
        break;
      }
    }
    return NONE;
  }

  /** Start of the lowest gap of {@code length} within [low, high). */
  long lowestGap(long length, long low, long high) {
    for (Vma vma = find(low); vma != null; vma = nextWithGap(vma, length)) {
      long end = Math.min(vma.guardedStart(), high);
      long start = Math.max(vma.prev.end, low);
      if (end - start >= length) {
        return start;
      }
      if (vma.start >= high) {
        break;
      }
    }
    return NONE;
  }

  private static @Nullable Vma previousWithGap(Vma from, long length) {
    if (reaches(from.left, length)) {
      return lastWithGap(from.left, length);
    }
    for (Vma node = from; node.parent != null; node = node.parent) {
      Vma parent = node.parent;
      if (node == parent.right) {
        if (parent.gap >= length) {
          return parent;
        }
        if (reaches(parent.left, length)) {
          return lastWithGap(parent.left, length);
        }
      }
    }
    return null;
  }

  private static @Nullable Vma lastWithGap(@Nullable Vma subtree, long length) {
    Vma node = subtree;
    while (node != null) {
      if (reaches(node.right, length)) {
        node = node.right;
      } else if (node.gap >= length) {
        return node;
      } else {
        node = node.left;
      }
    }
    return null;
  }

  private static @Nullable Vma nextWithGap(Vma from, long length) {
    if (reaches(from.right, length)) {
      return firstWithGap(from.right, length);
    }
    for (Vma node = from; node.parent != null; node = node.parent) {
      Vma parent = node.parent;
      if (node == parent.left) {
        if (parent.gap >= length) {
          return parent;
        }
        if (reaches(parent.right, length)) {
          return firstWithGap(parent.right, length);
        }
      }
    }
    return null;
  }

  private static @Nullable Vma firstWithGap(@Nullable Vma subtree, long length) {
    Vma node = subtree;
    while (node != null) {
      if (reaches(node.left, length)) {
        node = node.left;
      } else if (node.gap >= length) {
        return node;
      } else {
        node = node.right;
      }
    }
    return null;
  }

  private static boolean reaches(@Nullable Vma subtree, long length) {
    return subtree != null && subtree.maxGap >= length;
  }

  private static void link(Vma before, Vma after) {
    before.next = after;
    after.prev = before;
  }

  private Vma take() {
    Vma vma = pool;
    if (vma == null) {
      return new Vma();
    }
    pool = vma.next == vma ? null : vma.next;
    vma.anonId = 0;
    return vma;
  }

  private int nextPriority() {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return seed;
  }

  private static void pull(Vma node) {
    long max = node.gap;
    if (node.left != null) {
      max = Math.max(max, node.left.maxGap);
    }
    if (node.right != null) {
      max = Math.max(max, node.right.maxGap);
    }
    node.maxGap = max;
  }

  private static void pullUp(@Nullable Vma from) {
    for (Vma node = from; node != null; node = node.parent) {
      long before = node.maxGap;
      pull(node);
      if (node != from && node.maxGap == before) {
        return;
      }
    }
  }

  private void rotateUp(Vma child) {
    Vma parent = child.parent;
    if (parent == null) {
      return;
    }
    replace(parent, child);
    if (parent.left == child) {
      parent.left = adopt(parent, child.right);
      child.right = parent;
    } else {
      parent.right = adopt(parent, child.left);
      child.left = parent;
    }
    parent.parent = child;
    pull(parent);
    pull(child);
  }

  private static @Nullable Vma adopt(Vma parent, @Nullable Vma child) {
    if (child != null) {
      child.parent = parent;
    }
    return child;
  }

  /** Puts {@code by} where {@code node} hangs. */
  private void replace(Vma node, @Nullable Vma by) {
    Vma parent = node.parent;
    if (by != null) {
      by.parent = parent;
    }
    if (parent == null) {
      root = by;
    } else if (parent.left == node) {
      parent.left = by;
    } else {
      parent.right = by;
    }
  }
}
