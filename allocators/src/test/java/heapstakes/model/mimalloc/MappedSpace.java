package heapstakes.model.mimalloc;

import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.ForwardingAddressSpace;
import heapstakes.os.MapFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;

/** Writes system calls down as the recorder of the golden files does. */
final class MappedSpace extends ForwardingAddressSpace {
  final List<String> calls = new ArrayList<>();
  private final TreeMap<Long, Long> mappings = new TreeMap<>(); // start to end, one each call
  private final IntSupplier operation;

  MappedSpace(AddressSpace space, IntSupplier operation) {
    super(space);
    this.operation = operation;
  }

  @Override
  public long mmap(long hint, long length, int protection, int flags) {
    long start = super.mmap(hint, length, protection, flags);
    if (!Errno.isError(start)) {
      mappings.put(start, start + length);
    }
    boolean aligned = !Errno.isError(start) && start % Segment.BYTES == 0;
    calls.add(
        String.format(
            Locale.ROOT,
            "%d mmap hint=%s len=%d prot=%d flags=%x al=%d",
            operation.getAsInt(),
            hint == 0 ? "0" : hint == start ? "hit" : "miss",
            length,
            protection,
            flags == (MapFlags.PRIVATE_ANONYMOUS | MapFlags.NORESERVE) ? 0x4022 : flags,
            aligned ? 1 : 0));
    return start;
  }

  @Override
  public long munmap(long address, long length) {
    note("munmap", address, length, "");
    Map.Entry<Long, Long> mapping = mappings.floorEntry(address);
    if (mapping != null) {
      mappings.remove(mapping.getKey());
      enter(mapping.getKey(), address);
      enter(address + length, mapping.getValue());
    }
    return super.munmap(address, length);
  }

  private void enter(long start, long end) {
    if (start < end) {
      mappings.put(start, end);
    }
  }

  @Override
  public long mprotect(long address, long length, int protection) {
    note("mprotect", address, length, " prot=" + protection);
    return super.mprotect(address, length, protection);
  }

  @Override
  public long madvise(long address, long length, Advice advice) {
    note("madvise", address, length, " adv=" + advice.code());
    return super.madvise(address, length, advice);
  }

  private void note(String call, long address, long length, String rest) {
    Long start = mappings.floorKey(address);
    calls.add(
        String.format(
            Locale.ROOT,
            "%d %s +%d len=%d%s",
            operation.getAsInt(),
            call,
            start == null ? -1 : address - start,
            length,
            rest));
  }
}
