/* What becomes of blocks between malloc and free: which realloc moves them, and who frees them. */
#define _GNU_SOURCE
#include "driver.h"

struct traffic traffic;

static u32 *owners; /* by slot: the thread that allocated; NULL: there is but one */
static u64 remaps, unmaps;

void traffic_open(void) {
  if (options.threads > 1) owners = reserve((options.slots + 1) * sizeof *owners);
}

void note_owner(u64 slot) {
  if (owners) owners[slot] = run.thread;
}

void note_freed(u64 slot, u64 bytes) {
  if (!owners || owners[slot] == run.thread) return;
  traffic.cross_thread_frees++;
  traffic.cross_thread_freed_bytes += bytes;
}

void before_realloc(void) {
  remaps = calls[CALL_MREMAP];
  unmaps = calls[CALL_MUNMAP];
}

/* Where mremap moves the pages the old place is gone with it; where it is refused, by an munmap. */
void note_realloc(const void *from, const void *to, u64 kept) {
  traffic.reallocs++;
  if (from == to) return;
  traffic.moved++;
  if (calls[CALL_MREMAP] == remaps || calls[CALL_MUNMAP] != unmaps) traffic.copied_bytes += kept;
}

/* What is not seen is not told. */
void traffic_report(struct traffic *to) {
  *to = traffic;
  if (meter == METER_UNTRAPPED) to->copied_bytes = NOT_MEASURED;
}
