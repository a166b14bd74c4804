/* What becomes of blocks between malloc and free: which realloc moves them, and who frees them. */
#define _GNU_SOURCE
#include "driver.h"

static struct traffic *so_far; /* of all processes */

static u32 *owners; /* by slot: the thread that allocated; NULL: there is but one */
static u64 remaps, unmaps;

void traffic_open(void) {
  so_far = reserve_shared(sizeof *so_far);
  if (options.threads > 1) owners = reserve((options.slots + 1) * sizeof *owners);
}

/* In a child all that it has inherited is its own. */
void inherit_blocks(u32 child) {
  for (u64 slot = 0; owners && slot < options.slots; slot++) owners[slot] = child;
}

void note_owner(u64 slot) {
  if (owners) owners[slot] = run.thread;
}

void note_freed(u64 slot, u64 bytes) {
  if (!owners || owners[slot] == run.thread) return;
  so_far->cross_thread_frees++;
  so_far->cross_thread_freed_bytes += bytes;
}

void before_realloc(void) {
  remaps = run.calls[CALL_MREMAP];
  unmaps = run.calls[CALL_MUNMAP];
}

/* Where mremap moves the pages the old place is gone with it; where it is refused, by an munmap. */
void note_realloc(const void *from, const void *to, u64 kept) {
  so_far->reallocs++;
  if (from == to) return;
  so_far->moved++;
  if (run.calls[CALL_MREMAP] == remaps || run.calls[CALL_MUNMAP] != unmaps) so_far->copied_bytes += kept;
}

/* What is not seen is not told. */
void traffic_report(struct traffic *to) {
  *to = *so_far;
  if (meter == METER_UNTRAPPED) to->copied_bytes = NOT_MEASURED;
}
