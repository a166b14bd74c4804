package heapstakes.results.page;

import java.awt.Color;
import java.util.List;

/** A colour for each contestant, the same in every chart. */
final class Palette {
  /** Told apart on white and on black. */
  static final List<String> COLOURS =
      List.of(
          "#3b82d6", "#e8833a", "#2fa36b", "#d6455d", "#8f63c9", "#a8763e", "#d75fae", "#7d8a97",
          "#a3a832", "#2fb0c7", "#6072e0", "#c79a2b");

  private final List<String> contestants;

  Palette(List<String> contestants) {
    this.contestants = contestants;
  }

  Color of(String contestant) {
    int index = contestants.indexOf(contestant);
    return Color.decode(COLOURS.get(Math.floorMod(index, COLOURS.size())));
  }
}
