package heapstakes.model.mimalloc;

import java.util.SequencedMap;

/** The statistics that move at statistics level 0 (§21): of the process, or a thread's share. */
final class MimallocStatistics {
  final Statistic segments = new Statistic();
  final Statistic pages = new Statistic(); // never counts up, only pages that are freed
  final Statistic reserved = new Statistic();
  final Statistic committed = new Statistic();
  final Statistic reset = new Statistic();
  final Statistic pageCommitted = new Statistic();
  final Statistic segmentsAbandoned = new Statistic();
  final Statistic pagesAbandoned = new Statistic();
  final Statistic threads = new Statistic();
  long commitCalls;

  /** Takes the statistics of a thread in. */
  void merge(MimallocStatistics thread) {
    segments.merge(thread.segments);
    pages.merge(thread.pages);
    reserved.merge(thread.reserved);
    committed.merge(thread.committed);
    reset.merge(thread.reset);
    pageCommitted.merge(thread.pageCommitted);
    segmentsAbandoned.merge(thread.segmentsAbandoned);
    pagesAbandoned.merge(thread.pagesAbandoned);
    threads.merge(thread.threads);
    commitCalls += thread.commitCalls;
  }

  /** What only threads count, again from 0. */
  void clear() {
    segments.clear();
    pages.clear();
    pageCommitted.clear();
    segmentsAbandoned.clear();
    pagesAbandoned.clear();
  }

  /** In the order of the library's record. */
  void report(SequencedMap<String, Long> counters) {
    counters.put("current_commit", committed.current());
    counters.put("peak_commit", committed.peak());
    segments.report("segments", counters);
    pages.report("pages", counters);
    reserved.report("reserved", counters);
    committed.report("committed", counters);
    reset.report("reset", counters);
    pageCommitted.report("page_committed", counters);
    segmentsAbandoned.report("segments_abandoned", counters);
    pagesAbandoned.report("pages_abandoned", counters);
    threads.report("threads", counters);
    counters.put("commit_calls", commitCalls);
  }
}
