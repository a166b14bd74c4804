package heapstakes.explain;

import heapstakes.setting.SettingException;
import heapstakes.setting.Spelling;
import heapstakes.trace.TraceInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Looks on during a replay for the moments that a user may mean. */
final class MomentFinder {
  private final TraceInfo info;
  private final long wanted; // an operation; -1: none
  private final Map<Integer, Moment> marks = new HashMap<>(); // the first of each
  private Moment start = new Moment(0, 0, "before the first operation");
  private Moment retained = start;
  private Moment peak = start;
  private Moment end = start;
  private Moment operation = start;
  private long mostRetained = Long.MIN_VALUE;
  private long mostRequested = -1;
  private long mostResident = -1;
  private long peakRequested;
  private int lastMark = -1;

  /**
   * @param text what the user wrote
   */
  MomentFinder(String text, TraceInfo info) {
    this.info = info;
    boolean isNumber = text.matches("[0-9]{1,18}") && !info.phases().contains(text);
    this.wanted = isNumber ? Long.parseLong(text) : -1;
    requireKnown(text);
  }

  private void requireKnown(String text) {
    if (info.phases().contains(text) || names().contains(text)) {
      return;
    }
    if (wanted >= 0 && wanted <= info.operations()) {
      return;
    }
    List<String> known = new ArrayList<>(info.phases());
    known.addAll(names());
    throw new SettingException(
        String.format(
            Locale.ROOT,
            "%s has no moment '%s'.%s\n  Moments: an operation from 0 to %d, %s.",
            info.name(),
            text,
            Spelling.didYouMean(text, known),
            info.operations(),
            String.join(", ", known)));
  }

  private static List<String> names() {
    return List.of(Moment.RETAINED, Moment.PEAK, Moment.END);
  }

  /** Another event has been carried out. */
  void look(BookedReplay replay) {
    long requested = replay.requested();
    long resident = replay.resident();
    Moment now = new Moment(replay.events(), replay.operations(), "");
    end = now;
    if (requested > mostRequested) {
      mostRequested = requested;
      mostRetained = Long.MIN_VALUE; // what was retained on the way up does not count
    }
    if (resident - requested >= mostRetained) {
      mostRetained = resident - requested;
      retained = now;
    }
    if (resident > mostResident) {
      mostResident = resident;
      peakRequested = requested;
      peak = now;
    }
    if (now.operations() <= wanted) {
      operation = now;
    }
    if (replay.mark() != lastMark) {
      lastMark = replay.mark();
      marks.putIfAbsent(lastMark, now);
    }
  }

  /** Highest resident bytes. */
  long peakResident() {
    return Math.max(0, mostResident);
  }

  /** What was asked for when resident was highest, bytes. */
  long peakRequested() {
    return peakRequested;
  }

  /**
   * The moment that {@code text} means. A mark goes before a word of ours that is the same.
   *
   * @throws SettingException when the replay ended before
   */
  Moment moment(String text) {
    int mark = info.phases().indexOf(text);
    if (mark >= 0) {
      Moment at = marks.get(mark);
      if (at == null) {
        throw new SettingException(
            String.format(
                Locale.ROOT,
                "the replay of %s ended before the mark '%s'.\n  Choose an earlier moment: --at end",
                info.name(),
                text));
      }
      return named(at, "mark '" + text + "'");
    }
    return switch (text) {
      case Moment.RETAINED ->
          named(retained, "when most is retained: the last such moment after the peak of requests");
      case Moment.PEAK -> named(peak, "the peak of resident memory");
      case Moment.END -> named(end, "the end");
      default -> named(operation, "");
    };
  }

  private static Moment named(Moment at, String meaning) {
    return new Moment(at.events(), at.operations(), meaning);
  }
}
