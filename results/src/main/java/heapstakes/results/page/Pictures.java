package heapstakes.results.page;

import heapstakes.results.ResultException;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.Optional;

/** Whether this machine can draw text into pictures: Java takes its fonts from the system. */
public final class Pictures {
  private static final Optional<Throwable> OBSTACLE = obstacle();

  private Pictures() {}

  /**
   * Makes ready to draw, without a display.
   *
   * @throws ResultException when fonts or their libraries are not installed; says what to install
   */
  public static void prepare() {
    lack()
        .ifPresent(why -> {
          throw new ResultException(why, OBSTACLE.orElseThrow());
        });
  }

  /** What keeps this machine from it, and the way out; empty where nothing does. */
  public static Optional<String> lack() {
    return OBSTACLE.map(cause ->
        String.format(
            Locale.ROOT,
            """
            pictures cannot be drawn: Java finds no fonts here (%s).
              Install them: apt-get install fontconfig fonts-dejavu-core libfreetype6 libharfbuzz0b (or the like).
              The page, report --html, needs none.\
            """,
            cause.getMessage()));
  }

  /** AWT loads its native part once and for all: what fails the first time fails ever after. */
  private static Optional<Throwable> obstacle() {
    // Otherwise AWT looks for a display, and fails where DISPLAY names none that answers.
    System.setProperty("java.awt.headless", "true");
    try {
      Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
      graphics.getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, 12)).stringWidth("MiB");
      graphics.dispose();
      return Optional.empty();
    } catch (RuntimeException | LinkageError | InternalError e) {
      return Optional.of(e);
    }
  }
}
