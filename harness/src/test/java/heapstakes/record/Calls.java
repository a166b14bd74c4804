package heapstakes.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The calls of a program in a trace's text: blocks have letters in the order in which they come,
 * and what the C library asks for by itself (sizes from 1 to 9999) is left out with its frees.
 */
final class Calls {
  private final Map<String, String> names = new HashMap<>();
  private final List<String> calls = new ArrayList<>();
  private String thread = "t 0";
  private int blocks;

  private Calls() {}

  static List<String> of(Path text) throws IOException {
    Calls calls = new Calls();
    for (String line : Files.readAllLines(text)) {
      calls.read(line);
    }
    return calls.calls;
  }

  private void read(String line) {
    String[] cells = line.split(" ");
    switch (cells[0]) {
      case "m", "c", "g" -> create(cells);
      case "r" -> {
        if (names.containsKey(cells[1])) {
          add("r " + names.get(cells[1]) + " " + cells[2]);
        } else {
          create(cells);
        }
      }
      case "f" -> {
        String name = names.remove(cells[1]);
        if (name != null && !name.isEmpty()) {
          add("f " + name);
        }
      }
      case "t" -> thread = line;
      case "#heapstakes-trace" -> {}
      default -> add(line);
    }
  }

  private void create(String[] cells) {
    long size = Long.parseLong(cells[cells.length - 1]);
    boolean own = size == 0 || size >= 10_000;
    String name = own ? Character.toString('a' + blocks++ % 26) : "";
    names.put(cells[1], name);
    if (own) {
      cells[1] = name;
      add(String.join(" ", cells));
    }
  }

  /** With the thread in front where it is another than that of the call before. */
  private void add(String call) {
    if (!calls.contains(thread) || !lastThread().equals(thread)) {
      calls.add(thread);
    }
    calls.add(call);
  }

  private String lastThread() {
    return calls.stream().filter(call -> call.startsWith("t ")).reduce("", (a, b) -> b);
  }
}
