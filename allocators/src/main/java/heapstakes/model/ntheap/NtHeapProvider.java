package heapstakes.model.ntheap;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Lineage;
import heapstakes.os.AddressSpace;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/** The heap of Windows NT: free lists that decommit above two thresholds, and the LFH in front. */
public final class NtHeapProvider implements AllocatorProvider {
  @Override
  public String name() {
    return "ntheap";
  }

  @Override
  public Lineage lineage() {
    return new Lineage(
        "Windows NT heap",
        "decommits once 64 KiB are free; LFH in front; no fork: Windows has none");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.ANY_MEMORY, Capability.REUSES_MEMORY, Capability.COMMITS);
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.size(
            "segmentReserve", "1M", 1 << 16, 1L << 30, "bytes reserved first; then always double"),
        Setting.size("segmentCommit", "8K", 4096, 1 << 16, "bytes of a segment committed first"),
        Setting.size(
            "deCommitFreeBlock", "4K", 4096, 1L << 30, "bytes of a free block that may go back"),
        Setting.size(
            "deCommitTotalFree", "64K", 0, 1L << 40, "free bytes from which on they go back"),
        Setting.size(
            "virtualMemoryThreshold",
            "508K",
            4096,
            508 << 10,
            "bytes above which a block is alone"),
        Setting.flag("lfh", true, "whether the low-fragmentation heap may take over a size"),
        Setting.integer(
            "lfhActivation", "17", 0, 1 << 20, "allocations of a size before it takes over"));
  }

  @Override
  public SequencedMap<String, List<String>> worthTrying() {
    SequencedMap<String, List<String>> values = new LinkedHashMap<>();
    values.put("deCommitFreeBlock", List.of("256K")); // what KB 315407 advises
    values.put("deCommitTotalFree", List.of("0", "1M"));
    values.put("lfh", List.of("false"));
    return values;
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    return new NtHeap(
        space,
        new HeapParameters(
            settings.number("segmentReserve"),
            settings.number("segmentCommit"),
            settings.number("deCommitFreeBlock"),
            settings.number("deCommitTotalFree"),
            settings.number("virtualMemoryThreshold"),
            settings.flag("lfh"),
            (int) settings.number("lfhActivation")));
  }
}
