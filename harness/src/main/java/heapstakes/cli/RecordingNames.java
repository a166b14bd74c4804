package heapstakes.cli;

import heapstakes.record.RecordedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of the traces of a recording. The last program of the process that was started has the name
 * that was given, if it was recorded; of others, process and image are told before the suffix.
 * {@code %p} in the name stands for the process.
 */
final class RecordingNames {
  private static final Pattern SUFFIX = Pattern.compile("\\.(hsb|hst(\\.(gz|xz|zst))?)$");

  private final String stem;
  private final String suffix;
  private final Path folder;
  private final long root;
  private final List<RecordedImage> images;

  RecordingNames(Path out, long root, List<RecordedImage> images) {
    String name = String.valueOf(out.getFileName());
    Matcher end = SUFFIX.matcher(name);
    stem = end.find() ? name.substring(0, end.start()) : name;
    suffix = name.substring(stem.length());
    folder = folderOf(out);
    // A program that puts itself into the background leaves its first process nothing to tell.
    this.root =
        images.stream().anyMatch(image -> image.process() == root) || images.isEmpty()
            ? root
            : images.getFirst().process();
    this.images = images;
  }

  /** The folder in which {@code out} is, or will be. */
  static Path folderOf(Path out) {
    return out.toAbsolutePath().normalize().resolveSibling("");
  }

  /** Whether a trace can be written under that name. */
  static boolean isTrace(Path out) {
    return SUFFIX.matcher(String.valueOf(out.getFileName())).find();
  }

  /** NAME.hsb in the working folder, or the first NAME-N.hsb that is free. */
  static Path unused(String command) {
    String name = String.valueOf(Path.of(command).getFileName());
    Path path = Path.of(name + ".hsb");
    for (int n = 2; Files.exists(path); n++) {
      path = Path.of(String.format(Locale.ROOT, "%s-%d.hsb", name, n));
    }
    return path;
  }

  /** The name that was asked for, for the only trace that is kept. */
  Path ofOnly(RecordedImage image) {
    return folder.resolve(stem.replace("%p", String.valueOf(image.process())) + suffix);
  }

  Path of(RecordedImage image) {
    boolean isLast =
        !image.isReplaced()
            && images.stream()
                .noneMatch(i -> i.process() == image.process() && i.image() > image.image());
    String named = stem.replace("%p", String.valueOf(image.process()));
    boolean tellsProcess = stem.contains("%p") || image.process() == root;
    String process = tellsProcess ? "" : "." + image.process();
    String part = isLast ? "" : ".image" + image.image();
    return folder.resolve(named + process + part + suffix);
  }
}
