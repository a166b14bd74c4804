package heapstakes.allocator.kit;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Addresses;
import heapstakes.os.AddressSpace;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A process of a model that replays a {@link GoldenTrace}. What {@link ThreadAllocator} has no
 * function for, a subclass answers for its model.
 */
public class GoldenProcess implements AutoCloseable {
  /** Its memory. */
  protected final AddressSpace space;

  /** Its heap. */
  protected final Allocator heap;

  /** The initial thread. */
  protected final ThreadAllocator main;

  private final Map<String, Long> blocks = new HashMap<>();
  private long address; // of the last operation that gave one
  private String result = ""; // of the last operation that gave another thing

  /** A fresh process, whose memory is closed with it. */
  public GoldenProcess(AddressSpace space, Allocator heap) {
    this.space = space;
    this.heap = heap;
    this.main = heap.attach();
  }

  /** Does what one line of a trace says. */
  final void act(String line) {
    String[] words = line.split(" ", -1);
    String id = words.length > 1 ? words[1] : "";
    switch (words[0]) {
      case "m" -> enter(id, main.malloc(number(words, 2)));
      case "c" -> enter(id, main.calloc(number(words, 2), number(words, 3)));
      case "r" -> enter(id, main.realloc(block(id), number(words, 2)));
      case "g", "p" -> enter(id, main.memalign(number(words, 2), number(words, 3)));
      case "a" -> enter(id, alignedAlloc(number(words, 2), number(words, 3)));
      case "f" -> free(id);
      case "u" -> result = Long.toString(main.usableSize(block(id)));
      case "T" -> result = trim(number(words, 1)) ? "1" : "0";
      case "o" -> result = mallopt((int) number(words, 1), number(words, 2)) ? "1" : "0";
      case "n" -> space.clock().advance(number(words, 1));
      case "x" -> result = id + "=" + control(id);
      case "R" -> main.trim(0);
      case "i", "L" -> {}
      default -> throw new AssertionError("no operation " + line);
    }
  }

  private static long number(String[] words, int index) {
    return Long.parseLong(words[index]);
  }

  private long block(String id) {
    return blocks.getOrDefault(id, 0L);
  }

  private void free(String id) {
    main.free(block(id));
    blocks.remove(id);
  }

  private void enter(String id, long block) {
    address = block;
    if (block != 0) {
      blocks.put(id, block);
    }
  }

  /** What is asked after the last operation. */
  final String answer(String what) {
    return switch (what) {
      case "address" -> address == 0 ? "null 0" : address(address);
      case "usable", "trim", "mallopt", "ctl" -> result;
      case "info.brk", "trim.brk" -> Long.toString(space.programBreak() - space.initialBreak());
      default -> Long.toString(counter(what.startsWith("info.") ? what.substring(5) : what));
    };
  }

  /** Where a block lies, as the tables have it: {@code brk} or {@code mmap}, and an offset. */
  protected String address(long block) {
    boolean inBreak = block >= space.initialBreak() && block < space.programBreak();
    return inBreak
        ? "brk " + (block - space.initialBreak())
        : "mmap " + (block & (Addresses.PAGE_BYTES - 1));
  }

  /** A counter under the name that the tables have. */
  protected long counter(String name) {
    Long value = heap.counters().get(name);
    if (value == null) {
      throw new AssertionError("no counter " + name + " among " + heap.counters().keySet());
    }
    return value;
  }

  /** aligned_alloc(3). */
  protected long alignedAlloc(long alignment, long size) {
    return main.memalign(alignment, size);
  }

  /** malloc_trim(3). */
  protected boolean trim(long pad) {
    throw none("malloc_trim");
  }

  /** mallopt(3). */
  protected boolean mallopt(int parameter, long value) {
    throw none("mallopt");
  }

  /** mallctl(name) without values; 0 or an error number. */
  protected int control(String name) {
    throw none("mallctl");
  }

  private static AssertionError none(String function) {
    return new AssertionError(
        String.format(Locale.ROOT, "the model's GoldenProcess has no %s", function));
  }

  /** Checks what must hold of the heap. */
  public final void audit() {
    heap.audit();
  }

  @Override
  public void close() {
    heap.close();
    space.close();
  }
}
