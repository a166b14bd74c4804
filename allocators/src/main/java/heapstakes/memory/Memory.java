package heapstakes.memory;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.PAGE_SHIFT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Loads and stores at 64-bit addresses, allocation-free. One final class serves real and simulated
 * memory, so that an allocator's accesses stay monomorphic (ADR 0001).
 *
 * <p>The byte at address {@code a} lives at host address {@code a + hostOffset}. Real memory stops
 * there: the hardware checks the access. Simulated memory first reads one permission byte per page
 * from a flat table in host memory; where the bit is missing, the {@link PageFaultHandler} acts as
 * the kernel does on a page fault, and answers where the bytes are.
 *
 * <p>Accesses must be naturally aligned, so that none spans two pages. Methods taking a length
 * accept any alignment; a length of 0 does nothing. Not synchronised: callers share a page only as
 * threads share it in C.
 */
public final class Memory {
  /** Permission bit: loads need no fault. */
  public static final byte READABLE = 1;

  /** Permission bit: stores need no fault. */
  public static final byte WRITABLE = 2;

  /** Permission bit: {@link #touch} needs no fault. */
  public static final byte TOUCHABLE = 8;

  /**
   * System property of a JVM that times real memory and has no other: {@code true} takes the test
   * for simulated memory, and the way to its kernel, out of each access (ADR 0005).
   */
  public static final String REAL_ONLY = "heapstakes.realMemoryOnly";

  private static final boolean SIMULATES = !Boolean.getBoolean(REAL_ONLY);

  @SuppressWarnings("restricted") // the whole address space: what the project is about
  private static final MemorySegment HOST = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final long hostOffset;
  private final long permissions; // host address of the table; 0: real memory
  private final long permissionMask;
  private final @Nullable PageFaultHandler kernel;

  private Memory(
      long hostOffset, long permissions, long permissionMask, @Nullable PageFaultHandler kernel) {
    this.hostOffset = hostOffset;
    this.permissions = permissions;
    this.permissionMask = permissionMask;
    this.kernel = kernel;
  }

  /**
   * Real memory.
   *
   * @param hostOffset what to add to an address to get the host's, in bytes; 0 for a native library
   */
  public static Memory real(long hostOffset) {
    return new Memory(hostOffset, 0, 0, null);
  }

  /**
   * Simulated memory.
   *
   * @param hostOffset what to add to an address whose permission bits are set, in bytes
   * @param permissions host address of the permission table, one byte a page, never 0
   * @param permissionMask applied to a page number before it indexes the table: {@code 2^35 - 1}
   *     for a table that covers 47 bits of address; 0 for a table of a single zero byte, which
   *     sends every access to {@code kernel}
   * @param kernel takes every access that the table does not permit
   * @throws IllegalStateException in a JVM that is {@link #REAL_ONLY}
   */
  public static Memory simulated(
      long hostOffset, long permissions, long permissionMask, PageFaultHandler kernel) {
    if (!SIMULATES) {
      throw new IllegalStateException(
          "this JVM was started with -D" + REAL_ONLY + "=true: it has no simulated memory");
    }
    if (permissions == 0) {
      throw new IllegalArgumentException("simulated memory needs a permission table, got NULL");
    }
    return new Memory(hostOffset, permissions, permissionMask, kernel);
  }

  /**
   * The same simulated memory with somebody who is told of every access. Each access takes the slow
   * path; those that do not go through the result are as fast as before, and are not told.
   *
   * @throws IllegalStateException when this is real memory, whose accesses nobody can follow
   */
  public Memory watchedBy(AccessListener listener) {
    if (permissions == 0) {
      throw new IllegalStateException("accesses to real memory cannot be followed");
    }
    return new Memory(hostOffset, Watch.NO_PERMISSION.address(), 0, new Watch(this, listener));
  }

  /** Permits nothing, so that it sees everything. */
  private static final class Watch implements PageFaultHandler {
    static final MemorySegment NO_PERMISSION = Arena.global().allocate(BYTE);

    private final Memory memory;
    private final AccessListener listener;

    Watch(Memory memory, AccessListener listener) {
      this.memory = memory;
      this.listener = listener;
    }

    @Override
    public long translate(long address, boolean write) {
      long host = write ? memory.forStore(address) : memory.forLoad(address);
      listener.access(address, 1, write);
      return host;
    }

    @Override
    public void fill(long address, long length, byte value) {
      memory.fill(address, length, value);
      listener.access(address, length, true);
    }

    @Override
    public void copy(long from, long to, long length) {
      memory.copy(from, to, length);
      listener.access(to, length, true);
      listener.access(from, length, false);
    }
  }

  /** Loads 1 byte. */
  public byte getByte(long address) {
    return HOST.get(BYTE, forLoad(address));
  }

  /** Loads 2 bytes, little-endian on every machine this runs on. */
  public short getShort(long address) {
    return HOST.get(SHORT, forLoad(address));
  }

  /** Loads 8 bytes. */
  public long getLong(long address) {
    return HOST.get(LONG, forLoad(address));
  }

  /** Stores 1 byte. */
  public void putByte(long address, byte value) {
    HOST.set(BYTE, forStore(address), value);
  }

  /** Stores 2 bytes. */
  public void putShort(long address, short value) {
    HOST.set(SHORT, forStore(address), value);
  }

  /** Stores 4 bytes. */
  public void putInt(long address, int value) {
    HOST.set(INT, forStore(address), value);
  }

  /** Stores 8 bytes. */
  public void putLong(long address, long value) {
    HOST.set(LONG, forStore(address), value);
  }

  /**
   * Stores one byte to every page that overlaps {@code [address, address + length)}: a program that
   * uses its block. On simulated memory the page is made writable and its bytes are left alone.
   */
  public void touch(long address, long length) {
    long end = address + length;
    if (isReal()) {
      for (long at = address; at < end; at = nextPage(at)) {
        HOST.set(BYTE, at + hostOffset, (byte) 1);
      }
      return;
    }
    for (long at = address; at < end; at = nextPage(at)) {
      if (!permits(at, TOUCHABLE)) {
        kernel().touch(at);
      }
    }
  }

  /** Loads one byte from every page that overlaps {@code [address, address + length)}. */
  public int load(long address, long length) {
    long end = address + length;
    int sum = 0;
    for (long at = address; at < end; at = nextPage(at)) {
      sum += HOST.get(BYTE, forLoad(at));
    }
    return sum;
  }

  /** Stores {@code value} to {@code length} bytes, page by page, ascending: memset. */
  public void fill(long address, long length, byte value) {
    if (isReal()) {
      hostFill(address + hostOffset, length, value);
      return;
    }
    long end = address + length;
    for (long at = address; at < end; ) {
      long next = Math.min(nextPage(at), end);
      if (permits(at, WRITABLE)) {
        hostFill(at + hostOffset, next - at, value);
      } else {
        kernel().fill(at, next - at, value);
      }
      at = next;
    }
  }

  /** Copies {@code length} bytes that do not overlap, page by page, ascending: memcpy. */
  public void copy(long from, long to, long length) {
    if (isReal()) {
      hostCopy(from + hostOffset, to + hostOffset, length);
      return;
    }
    for (long done = 0; done < length; ) {
      long run = Math.min(length - done, PAGE_BYTES - ((from + done) & (PAGE_BYTES - 1)));
      run = Math.min(run, PAGE_BYTES - ((to + done) & (PAGE_BYTES - 1)));
      if (permits(to + done, WRITABLE) && permits(from + done, READABLE)) {
        hostCopy(from + done + hostOffset, to + done + hostOffset, run);
      } else {
        kernel().copy(from + done, to + done, run);
      }
      done += run;
    }
  }

  static void hostFill(long host, long length, byte value) {
    HOST.asSlice(host, length).fill(value);
  }

  static void hostCopy(long from, long to, long length) {
    MemorySegment.copy(HOST, from, HOST, to, length);
  }

  private static long nextPage(long address) {
    return (address & -PAGE_BYTES) + PAGE_BYTES;
  }

  private boolean isReal() {
    return !SIMULATES || permissions == 0;
  }

  private long forLoad(long address) {
    return permits(address, READABLE) ? address + hostOffset : fault(address, false);
  }

  private long forStore(long address) {
    return permits(address, WRITABLE) ? address + hostOffset : fault(address, true);
  }

  private boolean permits(long address, byte access) {
    return isReal()
        || (HOST.get(BYTE, permissions + ((address >>> PAGE_SHIFT) & permissionMask)) & access)
            != 0;
  }

  private long fault(long address, boolean write) {
    return kernel().translate(address, write);
  }

  private PageFaultHandler kernel() {
    if (kernel == null) {
      throw new AssertionError("real memory has no page faults of ours");
    }
    return kernel;
  }
}
