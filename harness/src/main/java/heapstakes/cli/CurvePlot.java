package heapstakes.cli;

import heapstakes.trace.profile.LiveCurve;
import java.util.ArrayList;
import java.util.List;

/** Live bytes over operations in a few lines of text: each column is the highest of its stretch. */
final class CurvePlot {
  private static final int COLUMNS = 72;
  private static final int ROWS = 6;
  private static final String EIGHTHS = " ▁▂▃▄▅▆▇█";
  private static final int PARTS = EIGHTHS.length() - 1;

  private CurvePlot() {}

  /** Lines from the highest downwards. */
  static List<String> lines(LiveCurve curve) {
    int columns = Math.min(COLUMNS, curve.points());
    long[] heights = new long[columns];
    long highest = 1;
    for (int point = 0; point < curve.points(); point++) {
      int column = (int) ((long) point * columns / curve.points());
      heights[column] = Math.max(heights[column], curve.bytes(point));
      highest = Math.max(highest, curve.bytes(point));
    }
    List<String> lines = new ArrayList<>();
    for (int row = ROWS - 1; row >= 0; row--) {
      StringBuilder line = new StringBuilder();
      for (long height : heights) {
        long parts = (long) Math.ceil((double) height * ROWS * PARTS / highest);
        line.append(EIGHTHS.charAt(Math.clamp(parts - (long) row * PARTS, 0, PARTS)));
      }
      lines.add(line.toString());
    }
    return lines;
  }
}
