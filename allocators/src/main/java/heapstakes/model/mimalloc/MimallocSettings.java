package heapstakes.model.mimalloc;

import heapstakes.setting.Settings;

/**
 * What the library reads from its environment when it starts; the variable for a key is {@code
 * MIMALLOC_} and the key in capitals (§22).
 *
 * @param eagerCommit whether segments are made with all their memory usable
 * @param eagerCommitDelay segments that a thread of several has before that
 * @param allowDecommit whether memory is ever given back
 * @param decommitDelay ms from a span's being free to its decommit; 0: at once
 * @param decommitExtendDelay ms by which each further free span puts that off
 * @param segmentDecommitDelay the same for cached segments, ms
 * @param pageReset whether free pages are reset, with MADV_FREE
 * @param abandonedPageDecommit whether a segment that is abandoned is decommitted at once
 * @param maxSegmentReclaim abandoned segments looked at before a new one is made
 */
record MimallocSettings(
    boolean eagerCommit,
    long eagerCommitDelay,
    boolean allowDecommit,
    long decommitDelay,
    long decommitExtendDelay,
    long segmentDecommitDelay,
    boolean pageReset,
    boolean abandonedPageDecommit,
    long maxSegmentReclaim) {
  private static final long LEAST_RECLAIM = 8; // mi_option_get_clamp in segment.c
  private static final long MOST_RECLAIM = 1024;

  static MimallocSettings of(Settings settings) {
    return new MimallocSettings(
        settings.flag("eager_commit"),
        settings.number("eager_commit_delay"),
        settings.flag("allow_decommit"),
        settings.number("decommit_delay"),
        settings.number("decommit_extend_delay"),
        settings.number("segment_decommit_delay"),
        settings.flag("page_reset"),
        settings.flag("abandoned_page_decommit"),
        Math.clamp(settings.number("max_segment_reclaim"), LEAST_RECLAIM, MOST_RECLAIM));
  }
}
