package heapstakes.results.export;

import heapstakes.results.CellKey;
import heapstakes.results.WorkloadNames;
import heapstakes.results.csv.TimelineCsv;
import heapstakes.results.run.CellFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeSet;

/**
 * Output files of valgrind's massif, as ms_print 3.19 reads them: requested bytes are the useful
 * heap, what is resident beyond them is the extra heap.
 */
final class MassifFiles {
  private static final int MOST_SNAPSHOTS = 120;
  private static final long NANOS_PER_MILLI = 1_000_000;

  // Columns of timeline.csv behind the key.
  private static final int TIME = 1;
  private static final int PHASE = 2;
  private static final int REQUESTED = 3;
  private static final int RESIDENT = 6;

  private MassifFiles() {}

  static SequencedMap<String, String> of(Path run) {
    SequencedMap<String, String> files = new LinkedHashMap<>();
    SequencedMap<CellKey, List<List<String>>> timelines = TimelineCsv.in(run).read();
    WorkloadNames names = WorkloadNames.of(timelines.keySet().stream());
    timelines.forEach((key, rows) -> {
      CellKey shown =
          new CellKey(key.allocator(), key.settings(), names.of(key), key.memory(), key.threads());
      files.put(CellFiles.name(shown) + ".massif", text(shown, rows));
    });
    return files;
  }

  private static String text(CellKey key, List<List<String>> rows) {
    long end = number(rows.getLast(), TIME);
    boolean millis = end >= 1000 * NANOS_PER_MILLI;
    StringBuilder out = new StringBuilder();
    out.append("desc: heapstakes, virtual time in ")
        .append(millis ? "ms" : "ns")
        .append("; heap: requested, extra: resident beyond it\n");
    out.append("cmd: ").append(key.toString().replace('\n', ' ')).append('\n');
    out.append("time_unit: ").append(millis ? "ms" : "i").append('\n');
    int peak = peak(rows);
    int number = 0;
    for (int index : chosen(rows, peak)) {
      List<String> row = rows.get(index);
      long time = number(row, TIME) / (millis ? NANOS_PER_MILLI : 1);
      snapshot(out, number++, time, row, index == peak);
    }
    return out.toString();
  }

  private static int peak(List<List<String>> rows) {
    int peak = 0;
    for (int i = 1; i < rows.size(); i++) {
      if (held(rows.get(i)) > held(rows.get(peak))) {
        peak = i;
      }
    }
    return peak;
  }

  private static long held(List<String> row) {
    return Math.max(number(row, REQUESTED), number(row, RESIDENT));
  }

  /** Evenly spaced ones, phase marks and the peak. */
  private static Iterable<Integer> chosen(List<List<String>> rows, int peak) {
    TreeSet<Integer> chosen = new TreeSet<>();
    int step = Math.max(1, rows.size() / MOST_SNAPSHOTS);
    for (int i = 0; i < rows.size(); i++) {
      if (i % step == 0 || (!rows.get(i).get(PHASE).isEmpty() && chosen.size() < MOST_SNAPSHOTS)) {
        chosen.add(i);
      }
    }
    chosen.add(peak);
    chosen.add(rows.size() - 1);
    return chosen;
  }

  private static void snapshot(
      StringBuilder out, int number, long time, List<String> row, boolean peak) {
    long requested = number(row, REQUESTED);
    long extra = Math.max(0, number(row, RESIDENT) - requested);
    out.append("#-----------\nsnapshot=").append(number).append("\n#-----------\n");
    out.append("time=").append(time).append('\n');
    out.append("mem_heap_B=").append(requested).append('\n');
    out.append("mem_heap_extra_B=").append(extra).append('\n');
    out.append("mem_stacks_B=0\n");
    if (peak) {
      out.append("heap_tree=peak\nn0: ")
          .append(requested)
          .append(" (heap allocation functions) malloc/new/new[], --alloc-fns, etc.\n");
    } else {
      out.append("heap_tree=empty\n");
    }
  }

  private static long number(List<String> row, int column) {
    String text = row.get(column);
    return text.isEmpty() ? 0 : Long.parseLong(text);
  }
}
