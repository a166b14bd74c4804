package heapstakes.fidelity;

import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.AddressSpaceProvider;
import heapstakes.os.Advice;
import heapstakes.os.Syscall;
import heapstakes.os.VirtualClock;
import heapstakes.os.VmStatistics;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.List;

/** Memory whose system calls are told to somebody before they are made. */
final class ObservedMemory implements AddressSpaceProvider {
  private final AddressSpaceProvider provider;
  private final Watcher watcher;

  /** Who is told. */
  interface Watcher {
    /** A process begins. */
    void opened(AddressSpace space);

    /**
     * A system call comes; parameters as in {@link KernelCall}.
     *
     * @param address where it points; for brk(2) the break that is asked for
     */
    void call(Syscall kind, long address, long bytes, long detail);
  }

  ObservedMemory(AddressSpaceProvider provider, Watcher watcher) {
    this.provider = provider;
    this.watcher = watcher;
  }

  @Override
  public String name() {
    return provider.name();
  }

  @Override
  public List<Setting> settings() {
    return provider.settings();
  }

  @Override
  public AddressSpace open(Settings settings) {
    AddressSpace space = provider.open(settings);
    watcher.opened(space);
    return new Observed(space, watcher);
  }

  private record Observed(AddressSpace space, Watcher watcher) implements AddressSpace {
    @Override
    public Memory memory() {
      return space.memory();
    }

    @Override
    public VirtualClock clock() {
      return space.clock();
    }

    @Override
    public VmStatistics statistics() {
      return space.statistics();
    }

    @Override
    public long initialBreak() {
      return space.initialBreak();
    }

    @Override
    public long programBreak() {
      return space.programBreak();
    }

    @Override
    public long sbrk(long increment) {
      if (increment != 0) {
        watcher.call(Syscall.SBRK, space.programBreak() + increment, 0, 0);
      }
      return space.sbrk(increment);
    }

    @Override
    public long mmap(long hint, long length, int protection, int flags) {
      watcher.call(Syscall.MMAP, hint, length, protection);
      return space.mmap(hint, length, protection, flags);
    }

    @Override
    public long munmap(long address, long length) {
      watcher.call(Syscall.MUNMAP, address, length, 0);
      return space.munmap(address, length);
    }

    @Override
    public long mprotect(long address, long length, int protection) {
      watcher.call(Syscall.MPROTECT, address, length, protection);
      return space.mprotect(address, length, protection);
    }

    @Override
    public long mremap(long address, long length, long newLength, int flags, long newAddress) {
      watcher.call(Syscall.MREMAP, address, newLength, length);
      return space.mremap(address, length, newLength, flags, newAddress);
    }

    @Override
    public long madvise(long address, long length, Advice advice) {
      watcher.call(Syscall.MADVISE, address, length, advice.code());
      return space.madvise(address, length, advice);
    }

    @Override
    public boolean canFork() {
      return false;
    }

    @Override
    public AddressSpace fork() {
      throw new UnsupportedOperationException("one process is compared at a time");
    }

    @Override
    public void close() {
      space.close();
    }
  }
}
