package heapstakes.cli;

import heapstakes.explain.BreakPin;
import heapstakes.explain.Explanation;
import heapstakes.explain.HeapMap;
import heapstakes.explain.HeapMap.Section;
import heapstakes.explain.PageKind;
import heapstakes.results.page.Pictures;
import heapstakes.results.table.Units;
import heapstakes.trace.io.UnfinishedFile;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;

/** The heap as a picture, a cell a page, in rows that go upwards with addresses; no display. */
final class HeapMapPicture {
  private static final long PAGE_BYTES = 4096;
  private static final int MAP_WIDTH = 1024;
  private static final int LEFT = 210;
  private static final int MARGIN = 24;
  private static final int LINE = 20;
  private static final int MOST_HEIGHT = 1100;
  private static final int[] CELLS = {16, 8, 4, 2};
  private static final int LEGEND_COLUMNS = 3;
  private static final int LABEL_DISTANCE = 40;

  private static final Map<PageKind, Color> COLOURS =
      Map.of(
          PageKind.LIVE, new Color(0x1f5fa8),
          PageKind.UNUSED, new Color(0xe8833a),
          PageKind.RECORDS, new Color(0x6b7580),
          PageKind.LAZY, new Color(0xf2cf3f),
          PageKind.SWAPPED, new Color(0x8f63c9),
          PageKind.EMPTY, new Color(0xdfe3e8),
          PageKind.UNMAPPED, Color.WHITE);

  private static final Color LITTLE = new Color(0xbcd6f2);
  private static final Color GRID = new Color(0xb0b0b0);
  private static final Color MARK = new Color(0xd0021b);

  private final Explanation explanation;
  private final HeapMap map;
  private final int cell;
  private final int perRow;
  private final BufferedImage image;
  private final Graphics2D graphics;

  private HeapMapPicture(Explanation explanation) {
    this.explanation = explanation;
    this.map = HeapMap.of(explanation);
    int chosen = CELLS[0];
    for (int size : CELLS) {
      chosen = size;
      if (height(size) <= MOST_HEIGHT) {
        break;
      }
    }
    cell = chosen;
    perRow = MAP_WIDTH / cell;
    image =
        new BufferedImage(
            LEFT + MAP_WIDTH + MARGIN, top() + height(cell) + MARGIN, BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
  }

  /** Writes a PNG file, which appears when it is complete. */
  static void write(Explanation explanation, Path file) {
    UnfinishedFile unfinished = new UnfinishedFile(file);
    try (unfinished) {
      try (OutputStream out = Files.newOutputStream(unfinished.path())) {
        write(explanation, out);
      }
      unfinished.publish();
    } catch (IOException e) {
      throw unfinished.failed(e);
    }
  }

  /** Writes the PNG. */
  static void write(Explanation explanation, OutputStream out) throws IOException {
    Pictures.prepare();
    HeapMapPicture picture = new HeapMapPicture(explanation);
    picture.draw();
    ImageIO.write(picture.image, "png", out);
  }

  private int height(int size) {
    long rows = 0;
    for (Section section : map.sections()) {
      rows += rows(section, MAP_WIDTH / size);
    }
    return (int) rows * size + map.sections().size() * (LINE + LINE / 2);
  }

  private static int rows(Section section, int perRow) {
    return Math.ceilDiv(section.kinds().length, perRow);
  }

  private static int top() {
    int legend = Math.ceilDiv(PageKind.values().length + 1, LEGEND_COLUMNS);
    return MARGIN + 3 * LINE + legend * LINE + LINE / 2;
  }

  private void draw() {
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    title();
    legend();
    int y = top();
    for (Section section : map.sections()) {
      y = section(section, y + LINE);
    }
    graphics.dispose();
  }

  private void title() {
    graphics.setColor(Color.BLACK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 17));
    graphics.drawString(
        explanation.contestant() + " on " + explanation.trace().name(), MARGIN, MARGIN + LINE / 2);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    graphics.drawString(
        String.format(
            Locale.ROOT,
            "after operation %s of %s: %s resident, %s asked for; a cell is a page of 4 KiB, a row %s",
            Units.count(explanation.moment().operations()),
            Units.count(explanation.trace().operations()),
            Units.bytes(explanation.heap().resident()),
            Units.bytes(explanation.heap().requested()),
            Units.bytes(perRow * PAGE_BYTES)),
        MARGIN,
        MARGIN + LINE / 2 + LINE);
  }

  private void legend() {
    int at = 0;
    for (PageKind kind : PageKind.values()) {
      int x = legendX(at);
      int y = legendY(at++);
      for (int i = 0; i < 14; i++) {
        graphics.setColor(colour(kind, (float) (i + 1) / 14));
        graphics.fillRect(x + i * 2, y - 12, 2, 14);
      }
      graphics.setColor(GRID);
      graphics.drawRect(x, y - 12, 28, 14);
      graphics.setColor(Color.BLACK);
      graphics.drawString(
          kind.words()
              + (kind == PageKind.UNMAPPED ? "" : ": " + Units.bytes(map.count(kind) * PAGE_BYTES)),
          x + 36,
          y);
    }
    int x = legendX(at);
    int y = legendY(at);
    graphics.setColor(MARK);
    graphics.setStroke(new BasicStroke(2));
    graphics.drawRect(x + 7, y - 12, 14, 14);
    graphics.setColor(Color.BLACK);
    graphics.drawString("stands directly under a heap's top", x + 36, y);
  }

  private static int legendX(int index) {
    return MARGIN + index % LEGEND_COLUMNS * (LEFT + MAP_WIDTH) / LEGEND_COLUMNS;
  }

  private static int legendY(int index) {
    return MARGIN + 3 * LINE + index / LEGEND_COLUMNS * LINE;
  }

  /** Draws a section from {@code y} on; where the next one may begin. */
  private int section(Section section, int y) {
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 13));
    graphics.setColor(Color.BLACK);
    graphics.drawString(name(section), LEFT, y - 4);
    for (int page = 0; page < section.kinds().length; page++) {
      int left = LEFT + page % perRow * cell;
      int upper = y + page / perRow * cell;
      graphics.setColor(colour(section.kinds()[page], section.shares()[page]));
      int gap = cell >= 8 ? 1 : 0;
      graphics.fillRect(left, upper, cell - gap, cell - gap);
    }
    axis(section, y);
    explanation.pins().forEach(pin -> mark(section, pin, y));
    return y + rows(section, perRow) * cell + LINE / 2;
  }

  private String name(Section section) {
    boolean isBreak =
        section.address() < explanation.heap().programBreak()
            && section.end() > explanation.heap().initialBreak();
    return String.format(
        Locale.ROOT,
        "%s 0x%x–0x%x, %s",
        isBreak ? "below the program break" : "mapped",
        section.address(),
        section.end(),
        Units.bytes(section.end() - section.address()));
  }

  private void axis(Section section, int y) {
    graphics.setFont(new Font(Font.MONOSPACED, Font.PLAIN, 12));
    graphics.setColor(Color.DARK_GRAY);
    int every = Math.ceilDiv(LABEL_DISTANCE, cell);
    for (int row = 0; row < rows(section, perRow); row += every) {
      long offset = (long) row * perRow * PAGE_BYTES;
      int base = y + row * cell + Math.max(cell, 10) / 2 + 4;
      graphics.drawString(
          String.format(
              Locale.ROOT,
              "0x%x %+7.2f MiB",
              section.address() + offset,
              (double) offset / (1 << 20)),
          MARGIN / 2,
          base);
    }
  }

  private void mark(Section section, BreakPin pin, int y) {
    long at = pin.block().map(block -> block.address()).orElse(pin.below().address());
    if (at < section.address() || at >= section.end()) {
      return;
    }
    int page = (int) ((at - section.address()) / PAGE_BYTES);
    graphics.setColor(MARK);
    graphics.setStroke(new BasicStroke(2));
    int size = Math.max(cell, 6);
    graphics.drawRect(
        LEFT + page % perRow * cell - 1, y + page / perRow * cell - 1, size + 1, size + 1);
  }

  private static Color colour(PageKind kind, float share) {
    Color full = COLOURS.getOrDefault(kind, Color.BLACK);
    return kind == PageKind.LIVE ? between(LITTLE, full, share) : full;
  }

  private static Color between(Color from, Color to, float share) {
    float part = Math.clamp(share, 0, 1);
    return new Color(
        Math.round(from.getRed() + part * (to.getRed() - from.getRed())),
        Math.round(from.getGreen() + part * (to.getGreen() - from.getGreen())),
        Math.round(from.getBlue() + part * (to.getBlue() - from.getBlue())));
  }
}
