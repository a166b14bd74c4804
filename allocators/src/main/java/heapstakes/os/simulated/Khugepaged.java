package heapstakes.os.simulated;

import static heapstakes.os.simulated.PteTable.ENTRIES;

import heapstakes.os.VirtualClock;
import heapstakes.os.linux.Vma;
import heapstakes.os.linux.VmaSet;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernel's thread that makes huge pages of small ones behind the program's back (linux-vm.md
 * §11.1). There is one a machine: it goes round the processes in the order in which they came, and
 * through each from the lowest address up, so many pages at a time, and remembers where it was. It
 * first wakes when it has slept once; a scan takes no time. Where processes have clocks of their
 * own, the one that is ahead rings for all.
 */
final class Khugepaged {
  /** What it must know of a process. */
  private record Member(VmaSet vmas, ResidentSet pages, Collapse collapse) {}

  private final HugePageSettings settings;
  private final List<Member> members = new ArrayList<>();
  private long nextScan; // on the clock that is ahead
  private int turn; // of which member it is
  private boolean amidst; // that member is not yet through
  private long nextPage; // to be looked at there

  Khugepaged(HugePageSettings settings) {
    this.settings = settings;
    nextScan = settings.sleepNanos();
  }

  /** A process begins; its clock rings from now on. */
  void enter(VmaSet vmas, ResidentSet pages, Collapse collapse, VirtualClock clock) {
    if (settings.khugepaged()) {
      members.add(new Member(vmas, pages, collapse));
      wait(pages, clock);
    }
  }

  private void wait(ResidentSet pages, VirtualClock clock) {
    while (nextScan <= clock.nanos()) { // of a time before the process was there
      nextScan += settings.sleepNanos();
    }
    clock.setKernelAlarm(nextScan, () -> ring(pages, clock));
  }

  private void ring(ResidentSet pages, VirtualClock clock) {
    if (clock.nanos() >= nextScan) {
      nextScan += settings.sleepNanos();
      scan();
    }
    if (isMember(pages)) {
      wait(pages, clock);
    }
  }

  private boolean isMember(ResidentSet pages) {
    return members.stream().anyMatch(member -> member.pages == pages);
  }

  /** A process ends. */
  void leave(ResidentSet process) {
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i).pages == process) {
        members.remove(i);
        amidst &= turn != i;
        turn -= i < turn ? 1 : 0;
        return;
      }
    }
  }

  /** As khugepaged_do_scan() of mm/khugepaged.c: no process is begun twice in one scan. */
  private void scan() {
    long progress = 0;
    int rounds = 0;
    while (progress < settings.pagesToScan() && !members.isEmpty()) {
      if (!amidst && turn >= members.size()) {
        turn = 0;
      }
      if (!amidst && turn == 0 && ++rounds == 2) {
        return;
      }
      progress += scan(members.get(turn), settings.pagesToScan() - progress);
    }
  }

  /** Goes on in one process until a range was collapsed, or enough was looked at. */
  private long scan(Member member, long enough) {
    nextPage = amidst ? nextPage : 0;
    amidst = true;
    long progress = 1;
    VmaSet vmas = member.vmas;
    boolean alive = member.pages.epitaph() == null;
    Vma vma = vmas.find(nextPage << 12);
    for (; alive && !vmas.isEnd(vma); vma = vma.next()) {
      if (!settings.allows(vma) || !Collapse.mayHave(vma)) {
        progress++;
        continue;
      }
      nextPage = Math.max(nextPage, Collapse.firstRange(vma.start()));
      long end = Collapse.endOfRanges(vma.end());
      while (nextPage < end) {
        Collapse.Result result = member.collapse.scanned(vma, nextPage);
        nextPage += ENTRIES;
        progress += ENTRIES;
        if (progress >= enough || result == Collapse.Result.DONE) {
          return progress;
        }
      }
    }
    amidst = false;
    turn++;
    return progress;
  }
}
