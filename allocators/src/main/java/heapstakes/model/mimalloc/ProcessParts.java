package heapstakes.model.mimalloc;

import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;

/** What all threads of a process share. */
final class ProcessParts {
  final MimallocSettings settings;
  final AddressSpace space;
  final Memory memory;
  final OsLayer os;
  final Decommits decommits;
  final SegmentMap map;
  final SegmentCache cache;
  final AbandonedSegments abandoned;
  final ThreadRecords records;

  ProcessParts(AddressSpace space, MimallocSettings settings) {
    this.settings = settings;
    this.space = space;
    memory = space.memory();
    os = new OsLayer(space);
    decommits = new Decommits(os, settings);
    map = new SegmentMap(os);
    cache = new SegmentCache(os, decommits, map, settings);
    abandoned = new AbandonedSegments(os);
    records = new ThreadRecords(os, memory);
  }

  /** As a forked child has them. */
  ProcessParts(ProcessParts parent, AddressSpace child, ForkCopies copies) {
    settings = parent.settings;
    space = child;
    memory = child.memory();
    os = new OsLayer(child, parent.os);
    decommits = new Decommits(os, settings);
    map = new SegmentMap(os, parent.map, copies);
    cache = new SegmentCache(os, decommits, map, settings);
    cache.copyFrom(parent.cache, copies);
    abandoned = new AbandonedSegments(os);
    abandoned.copyFrom(parent.abandoned, copies);
    records = new ThreadRecords(os, memory, parent.records);
  }
}
