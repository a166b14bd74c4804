package heapstakes.record;

import java.nio.file.Path;

/**
 * What one program did in one process.
 *
 * @param process the process
 * @param image from 0, counted up by exec
 * @param file the recorder's file
 */
public record RecordedImage(long process, int image, Path file) {
  static RecordedImage of(Path file) {
    String[] parts = file.getFileName().toString().split("\\.", -1);
    return new RecordedImage(Long.parseLong(parts[0]), Integer.parseInt(parts[1]), file);
  }
}
