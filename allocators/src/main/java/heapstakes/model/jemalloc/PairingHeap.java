package heapstakes.model.jemalloc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The library's lazy pairing heap of extents, oldest and lowest first. Nodes that were inserted
 * since the last look wait in a list behind the root.
 *
 * <p>Its answer is not always the least: after the removal of a root without children the next in
 * the waiting list becomes the root whatever its order, and a smaller node inserted then makes that
 * list its grandchildren. Which extents a heap hands out depends on it, so it is kept (5.3.0).
 * Since 5.3.1 a root is removed like any other, and waiting nodes are linked one insertion earlier.
 * Until 5.2.1 a node that is inserted waits, even a least one, and nothing is linked before the
 * next look.
 */
final class PairingHeap {
  private final boolean keepsOrder;
  private final boolean isPlain;
  private @Nullable Extent root;
  private int waiting;

  /**
   * @param version whose rules it follows
   */
  PairingHeap(JemallocVersion version) {
    this.keepsOrder = version.follows(JemallocRule.HEAP_ORDER);
    this.isPlain = version.follows(JemallocRule.PLAIN_HEAPS);
  }

  /** As a forked child has it. */
  PairingHeap(PairingHeap parent, ExtentCopies copies) {
    keepsOrder = parent.keepsOrder;
    isPlain = parent.isPlain;
    root = copies.of(parent.root);
    waiting = parent.waiting;
  }

  boolean isEmpty() {
    return root == null;
  }

  /** The first {@code most} nodes, level by level, as they lie. Tidies up nothing. */
  List<Extent> firstLevels(int most) {
    List<Extent> seen = new ArrayList<>();
    Deque<Extent> open = new ArrayDeque<>();
    addIfAny(open, root);
    while (!open.isEmpty() && seen.size() < most) {
      Extent node = open.removeFirst();
      seen.add(node);
      addIfAny(open, node.child);
      addIfAny(open, node.next);
    }
    return seen;
  }

  private static void addIfAny(Deque<Extent> to, @Nullable Extent node) {
    if (node != null) {
      to.addLast(node);
    }
  }

  /** The first node, still in the heap. Tidies up. */
  @Nullable Extent first() {
    if (root != null) {
      root = mergeWaiting(root);
    }
    return root;
  }

  /** Takes the first node out. */
  @Nullable Extent removeFirst() {
    Extent first = first();
    if (first != null) {
      root = first.child == null ? null : mergeSiblings(first.child);
    }
    return first;
  }

  void insert(Extent node) {
    node.previous = null;
    node.next = null;
    node.child = null;
    Extent top = root;
    if (top == null) {
      root = node;
    } else if (isPlain) {
      insertAfter(top, node);
      return;
    } else if (node.precedes(top)) {
      node.child = top;
      top.previous = node;
      root = node;
      waiting = 0;
      return;
    } else {
      waiting++;
      insertAfter(top, node);
    }
    int lag = keepsOrder ? 0 : 1;
    if (top != null && waiting > lag) {
      mergeSome(top, Integer.numberOfTrailingZeros(waiting - lag));
    }
  }

  private static void insertAfter(Extent node, Extent inserted) {
    inserted.next = node.next;
    if (node.next != null) {
      node.next.previous = inserted;
    }
    inserted.previous = node;
    node.next = inserted;
  }

  private static void mergeSome(Extent top, int times) {
    for (int i = 0; i < times; i++) {
      Extent a = top.next;
      Extent b = a == null ? null : a.next;
      if (a == null || b == null) {
        return;
      }
      Extent rest = b.next;
      Extent winner = link(detached(a), detached(b));
      top.next = winner;
      winner.previous = top;
      winner.next = rest;
      if (rest == null) {
        return;
      }
      rest.previous = winner;
    }
  }

  private static Extent detached(Extent node) {
    node.previous = null;
    node.next = null;
    return node;
  }

  private Extent mergeWaiting(Extent top) {
    waiting = 0;
    Extent list = top.next;
    if (list == null) {
      return top;
    }
    top.next = null;
    top.previous = null;
    list.previous = null;
    return link(top, mergeSiblings(list));
  }

  void remove(Extent node) {
    if (root == node) {
      if (node.child == null && !keepsOrder) {
        root = node.next;
        if (root != null) {
          root.previous = null;
        }
        return;
      }
      root = mergeWaiting(node);
      if (root == node) {
        root = node.child == null ? null : mergeSiblings(node.child);
        return;
      }
    }
    replace(node, node.child == null ? null : mergeSiblings(node.child));
  }

  /** Puts {@code by}, or nothing, where {@code node} is below its parent or among its siblings. */
  private static void replace(Extent node, @Nullable Extent by) {
    Extent before = node.previous;
    Extent after = node.next;
    Extent successor = by == null ? after : by;
    if (before != null && before.child == node) {
      before.child = successor;
    } else if (before != null) {
      before.next = successor;
    }
    if (successor != null) {
      successor.previous = before;
    }
    if (by != null) {
      by.next = after;
      if (after != null) {
        after.previous = by;
      }
    }
  }

  /** Makes the greater the first child of the smaller, which is returned. */
  private static Extent link(Extent a, Extent b) {
    Extent winner = a.precedes(b) ? a : b;
    Extent loser = winner == a ? b : a;
    loser.previous = winner;
    loser.next = winner.child;
    if (winner.child != null) {
      winner.child.previous = loser;
    }
    winner.child = loser;
    return winner;
  }

  /** Links neighbours pairwise, then the winners first in, first out, until one is left. */
  private static Extent mergeSiblings(Extent list) {
    if (list.next == null) {
      return list;
    }
    Extent head = null;
    Extent tail = null;
    for (Extent at = list; at != null; ) {
      Extent a = at;
      Extent b = a.next;
      at = b == null ? null : b.next;
      detached(a);
      Extent winner = b == null ? a : link(a, detached(b));
      if (tail == null) {
        head = winner;
      } else {
        tail.next = winner;
      }
      tail = winner;
    }
    return mergeQueue(head == null ? list : head, tail == null ? list : tail);
  }

  private static Extent mergeQueue(Extent first, Extent last) {
    Extent head = first;
    Extent tail = last;
    while (head.next != null) {
      Extent a = head;
      Extent b = head.next;
      Extent rest = b.next;
      Extent winner = link(detached(a), detached(b));
      if (rest == null) {
        return winner;
      }
      head = rest;
      tail.next = winner;
      tail = winner;
    }
    return head;
  }
}
