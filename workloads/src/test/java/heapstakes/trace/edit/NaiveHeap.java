package heapstakes.trace.edit;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Follows a trace's lines with a map a process; the slow obvious way. */
final class NaiveHeap {
  /** Of each thread, its process's blocks: slot to "SIZE by THREAD". */
  private final Map<String, Map<Integer, String>> byThread = new LinkedHashMap<>();

  /** Every operation: thread and line without slot. */
  final List<String> operations = new ArrayList<>();

  private String thread = "0";

  /** After the first {@code operations} operations of {@code text}. */
  NaiveHeap(String text, long operations) {
    for (String line : text.lines().toList()) {
      String[] word = line.split(" ");
      if (this.operations.size() == operations) {
        return;
      }
      switch (word[0]) {
        case "t" -> {
          Map<Integer, String> here = byThread.getOrDefault(thread, new TreeMap<>());
          byThread.putIfAbsent(word[1], here);
          thread = word[1];
        }
        case "F" -> {
          Map<Integer, String> child = new TreeMap<>();
          here().forEach((slot, block) -> child.put(slot, size(block) + " by " + word[1]));
          byThread.put(word[1], child);
        }
        case "X" -> here().clear();
        case "m", "c", "r", "g", "f", "w", "d", "T" -> operation(word, line);
        default -> {}
      }
    }
  }

  private Map<Integer, String> here() {
    return byThread.computeIfAbsent(thread, t -> new TreeMap<>());
  }

  private void operation(String[] word, String line) {
    Map<Integer, String> blocks = here();
    String rest = word[0].equals("T") ? line : line.replaceFirst(" \\d+", "");
    operations.add(thread + " " + rest);
    int slot = Integer.parseInt(word[1]);
    long last = Long.parseLong(word[word.length - 1]);
    switch (word[0]) {
      case "m", "g" -> blocks.put(slot, last + " by " + thread);
      case "c" -> blocks.put(slot, last * Long.parseLong(word[2]) + " by " + thread);
      case "r" -> {
        String old = blocks.get(slot);
        blocks.put(slot, last + " by " + (old == null ? thread : old.split(" ")[2]));
      }
      case "f" -> blocks.remove(slot);
      default -> {}
    }
  }

  private static String size(String block) {
    return block.split(" ")[0];
  }

  /** Blocks of each process that has any, with the threads that allocated them, sorted. */
  List<List<String>> live() {
    Map<Map<Integer, String>, List<String>> processes = new IdentityHashMap<>();
    byThread.values().forEach(b -> processes.put(b, b.values().stream().sorted().toList()));
    return processes.values().stream()
        .filter(blocks -> !blocks.isEmpty())
        .sorted((a, b) -> a.toString().compareTo(b.toString()))
        .toList();
  }

  long blocks() {
    return live().stream().flatMap(l -> l.stream()).count();
  }
}
