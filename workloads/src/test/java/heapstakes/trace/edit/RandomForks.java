package heapstakes.trace.edit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** Valid traces in text of processes that fork and exit, and of threads that come and go. */
final class RandomForks {
  private static final class Process {
    final List<Integer> threads = new ArrayList<>();
    final TreeSet<Integer> live = new TreeSet<>();
  }

  private RandomForks() {}

  static String text(long seed, int lines) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder("t 100\n");
    List<Process> processes = new ArrayList<>();
    processes.add(new Process());
    processes.getFirst().threads.add(100);
    Process now = processes.getFirst();
    int thread = 100;
    int nextThread = 101;
    for (int i = 0; i < lines; i++) {
      int choice = random.nextInt(40);
      if (choice == 0 && processes.size() < 5) {
        Process child = new Process();
        child.threads.add(nextThread);
        child.live.addAll(now.live);
        processes.add(child);
        text.append("F ").append(nextThread++).append('\n');
      } else if (choice == 1) {
        now.threads.add(nextThread);
        thread = nextThread++;
        text.append("t ").append(thread).append('\n');
      } else if (choice == 2 && now.threads.size() > 1) {
        Integer ended = now.threads.remove(random.nextInt(now.threads.size()));
        text.append("x ").append(ended).append('\n');
        thread = now.threads.getFirst();
        text.append("t ").append(thread).append('\n');
      } else if (choice == 3 && processes.size() > 1) {
        text.append("X\n");
        processes.remove(now);
        now = processes.get(random.nextInt(processes.size()));
        thread = now.threads.getFirst();
        text.append("t ").append(thread).append('\n');
      } else if (choice < 9) {
        now = processes.get(random.nextInt(processes.size()));
        thread = now.threads.get(random.nextInt(now.threads.size()));
        text.append("t ").append(thread).append('\n');
      } else if (choice < 25 || now.live.isEmpty()) {
        int slot = random.nextInt(60);
        text.append(now.live.add(slot) ? "mr".charAt(random.nextInt(2)) : 'r');
        text.append(' ').append(slot).append(' ').append(random.nextInt(10_000)).append('\n');
      } else {
        Integer slot = now.live.ceiling(random.nextInt(60));
        slot = slot == null ? now.live.first() : slot;
        now.live.remove(slot);
        text.append("f ").append(slot).append('\n');
      }
    }
    return text.toString();
  }
}
