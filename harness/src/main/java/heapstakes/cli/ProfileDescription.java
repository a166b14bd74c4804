package heapstakes.cli;

import static heapstakes.results.table.Units.bytes;
import static heapstakes.results.table.Units.count;

import heapstakes.results.table.Units;
import heapstakes.trace.profile.Lifetimes;
import heapstakes.trace.profile.LiveCurve;
import heapstakes.trace.profile.ThreadActivity;
import heapstakes.trace.profile.TraceProfile;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;

/** Sizes, lifetimes, live memory and threads of a trace, in lines of text. */
final class ProfileDescription {
  private static final int BAR = 40;
  private static final int MOST_THREADS = 12;
  private static final double PER_CENT = 100;

  private final TraceProfile profile;
  private final TraceDescription text;

  ProfileDescription(TraceProfile profile, TraceDescription text) {
    this.profile = profile;
    this.text = text;
  }

  void describe() {
    text.say(
        "  %-18s %14s bytes (%s): the peak of requested bytes in whole pages",
        "ideal footprint", count(profile.idealBytes()), bytes(profile.idealBytes()));
    sizes();
    lifetimes();
    curve();
    threads();
  }

  private void sizes() {
    List<Long> requests = profile.requestsByMagnitude();
    long all = Math.max(1, requests.stream().mapToLong(Long::longValue).sum());
    text.say("");
    text.say("  %12s          %14s %7s %-40s %14s", "size", "requests", "share", "", "never freed");
    for (int magnitude = 0; magnitude < requests.size(); magnitude++) {
      long requested = requests.get(magnitude);
      if (requested > 0) {
        long low = magnitude == 0 ? 0 : 1L << (magnitude - 1);
        text.say(
            "  %12s B and up %14s %5.1f %% %-40s %14s",
            count(low),
            count(requested),
            PER_CENT * requested / all,
            "█".repeat((int) Math.round((double) BAR * requested / all)),
            count(profile.leakedByMagnitude().get(magnitude)));
      }
    }
  }

  private void lifetimes() {
    text.say("");
    text.say(
        "  %-18s %14s %14s %14s %14s %14s",
        "freed blocks lived", "10 % up to", "50 % up to", "90 % up to", "99 % up to", "longest");
    lifetimes("operations", profile.operationsLived(), Units::count);
    lifetimes("bytes requested", profile.bytesLived(), Units::bytes);
  }

  private void lifetimes(String unit, Lifetimes lived, LongFunction<String> shown) {
    text.say(
        "  %-18s %14s %14s %14s %14s %14s",
        unit,
        shown.apply(lived.quantile(0.1)),
        shown.apply(lived.quantile(0.5)),
        shown.apply(lived.quantile(0.9)),
        shown.apply(lived.quantile(0.99)),
        shown.apply(lived.longest()));
  }

  private void curve() {
    LiveCurve curve = profile.curve();
    text.say("");
    text.say(
        "  live bytes over operations: %s at the peak (operation %s), %s at the end",
        bytes(profile.peakBytes()), count(profile.peakOperation()), bytes(profile.leakedBytes()));
    CurvePlot.lines(curve).forEach(line -> text.say("  │%s", line));
    text.say("  └%s", "─".repeat(CurvePlot.lines(curve).getFirst().length()));
  }

  private void threads() {
    List<ThreadActivity> threads = profile.threads();
    long frees = threads.stream().mapToLong(ThreadActivity::frees).sum();
    if (threads.size() < 2) {
      return;
    }
    text.say("");
    text.say(
        "  %12s %14s %14s %14s %20s",
        "thread", "operations", "requests", "frees", "of others' blocks");
    threads.stream()
        .sorted(Comparator.comparingLong(ThreadActivity::operations).reversed())
        .limit(MOST_THREADS)
        .forEach(thread ->
            text.say(
                "  %12d %14s %14s %14s %20s",
                thread.id(),
                count(thread.operations()),
                count(thread.requests()),
                count(thread.frees()),
                count(thread.foreignFrees())));
    if (threads.size() > MOST_THREADS) {
      text.say("  %12s", String.format(Locale.ROOT, "… %d more", threads.size() - MOST_THREADS));
    }
    text.say(
        "  cross-thread frees %s, %.1f %% of all, of %s",
        count(profile.foreignFrees()),
        PER_CENT * profile.foreignFrees() / Math.max(1, frees),
        bytes(profile.foreignBytes()));
  }
}
