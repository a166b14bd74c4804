package heapstakes.fidelity;

import heapstakes.os.AddressSpace;
import heapstakes.os.AddressSpaceProvider;
import heapstakes.os.Advice;
import heapstakes.os.ForwardingAddressSpace;
import heapstakes.os.Syscall;
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

  private static final class Observed extends ForwardingAddressSpace {
    private final AddressSpace space;
    private final Watcher watcher;

    Observed(AddressSpace space, Watcher watcher) {
      super(space);
      this.space = space;
      this.watcher = watcher;
    }

    @Override
    public boolean canFork() {
      return space.canFork();
    }

    @Override
    public AddressSpace fork() {
      return new Observed(space.fork(), watcher);
    }

    @Override
    public long sbrk(long increment) {
      if (increment != 0) {
        watcher.call(Syscall.SBRK, programBreak() + increment, 0, 0);
      }
      return super.sbrk(increment);
    }

    @Override
    public long mmap(long hint, long length, int protection, int flags) {
      watcher.call(Syscall.MMAP, hint, length, protection);
      return super.mmap(hint, length, protection, flags);
    }

    @Override
    public long munmap(long address, long length) {
      watcher.call(Syscall.MUNMAP, address, length, 0);
      return super.munmap(address, length);
    }

    @Override
    public long mprotect(long address, long length, int protection) {
      watcher.call(Syscall.MPROTECT, address, length, protection);
      return super.mprotect(address, length, protection);
    }

    @Override
    public long mremap(long address, long length, long newLength, int flags, long newAddress) {
      watcher.call(Syscall.MREMAP, address, newLength, length);
      return super.mremap(address, length, newLength, flags, newAddress);
    }

    @Override
    public long madvise(long address, long length, Advice advice) {
      watcher.call(Syscall.MADVISE, address, length, advice.code());
      return super.madvise(address, length, advice);
    }
  }
}
