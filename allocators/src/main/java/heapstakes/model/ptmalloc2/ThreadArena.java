package heapstakes.model.ptmalloc2;

import org.jspecify.annotations.Nullable;

/** The arena that a thread allocates from: glibc's thread-local {@code thread_arena}. */
final class ThreadArena {
  /** Null: none yet, or no longer. */
  @Nullable MallocState arena;

  ThreadArena(@Nullable MallocState arena) {
    this.arena = arena;
  }
}
