package heapstakes.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Valid traces in text, with every kind of line that needs no second process. */
public final class RandomTrace {
  private RandomTrace() {}

  public static String text(long seed, int lines) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder("#heapstakes-trace 1\n");
    List<Integer> live = new ArrayList<>();
    List<Integer> free = new ArrayList<>();
    long[] sizes = new long[lines];
    int slots = 0;
    for (int i = 0; i < lines; i++) {
      int choice = random.nextInt(10);
      if (choice < 4 || live.isEmpty()) {
        // Not the slot that a reader would guess, now and then.
        int slot = free.isEmpty() ? slots++ : free.remove(random.nextInt(free.size()));
        sizes[slot] = random.nextInt(4) == 0 ? random.nextLong(1L << 40) : random.nextInt(64);
        text.append(allocation(random, slot, sizes[slot]));
        live.add(slot);
      } else if (choice < 7) {
        Integer slot = live.remove(random.nextInt(live.size()));
        text.append("f ").append(slot).append('\n');
        free.add(slot);
      } else if (choice == 7) {
        int slot = live.get(random.nextInt(live.size()));
        long offset = random.nextLong(sizes[slot] + 1);
        text.append(random.nextBoolean() ? "w " : "d ").append(slot).append(' ');
        text.append(offset).append(' ').append(random.nextLong(sizes[slot] - offset + 1));
        text.append('\n');
      } else {
        text.append(mark(random));
      }
    }
    return text.toString();
  }

  /** The same with call sites, some of which are called from others, for most operations. */
  public static String withCallSites(long seed, int lines) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder("#heapstakes-trace 1\n");
    int sites = 1 + random.nextInt(20);
    for (int site = 1; site <= sites; site++) {
      text.append(
          String.format(
              Locale.ROOT,
              "#heapstakes-site %d %d f%d+0x%x (lib é.so)\n",
              site,
              random.nextInt(site),
              site / 2,
              site));
    }
    int current = 0;
    for (String line : text(seed, lines).lines().skip(1).toList()) {
      int site = random.nextInt(sites + 1);
      if ("mcrgfwdTb".indexOf(line.charAt(0)) >= 0 && site != current) {
        text.append("#@ ").append(site).append('\n');
        current = site;
      }
      text.append(line).append('\n');
    }
    return text.toString();
  }

  private static String allocation(Random random, int slot, long size) {
    return switch (random.nextInt(4)) {
      case 0 -> String.format(Locale.ROOT, "c %d 1 %d\n", slot, size);
      case 1 -> String.format(Locale.ROOT, "g %d %d %d\n", slot, 1L << random.nextInt(20), size);
      case 2 -> String.format(Locale.ROOT, "r %d %d\n", slot, size);
      default -> String.format(Locale.ROOT, "m %d %d\n", slot, size);
    };
  }

  private static String mark(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> String.format(Locale.ROOT, "t %d\n", random.nextInt(5) * 1000);
      case 1 -> String.format(Locale.ROOT, "@ %d\n", random.nextLong(1L << 33));
      case 3 -> String.format(Locale.ROOT, "b %d\n", random.nextLong(-1L << 20, 1L << 20));
      case 2 -> String.format(Locale.ROOT, "P phase %d\n", random.nextInt(3));
      default -> String.format(Locale.ROOT, "T %d\n", random.nextInt(2) * 4096);
    };
  }
}
