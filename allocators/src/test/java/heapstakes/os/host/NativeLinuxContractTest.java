package heapstakes.os.host;

import heapstakes.os.AddressSpace;
import heapstakes.os.AddressSpaceContractTest;
import heapstakes.setting.Settings;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Real memory keeps the contract that simulated memory keeps. Of linux-vm.md §17 this cannot show:
 * the limit on mappings (4) and the whole address space (5), which this JVM shares; overcommit, OOM
 * and huge pages (6, 7, 9), which are the host's settings; fork (8); page tables (10), which the
 * kernel reports for the whole process only.
 */
@EnabledOnOs(OS.LINUX)
class NativeLinuxContractTest extends AddressSpaceContractTest {
  @Override
  protected AddressSpace open() {
    NativeLinuxProvider provider = new NativeLinuxProvider();
    return provider.open(Settings.parse("linux", provider.settings(), "metered=true"));
  }

  /** A forbidden access ends the JVM, as it ends a C program. */
  @Override
  protected boolean catchesFaults() {
    return false;
  }
}
