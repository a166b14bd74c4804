package heapstakes.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The folder of the runs: a tmpfs of its own, if this user may mount one. */
record Disk(Path path, boolean isMounted) implements AutoCloseable {
  private static final String SIZE = "size=64m";

  static Disk mount(Path path) throws IOException, InterruptedException {
    Files.createDirectories(path);
    boolean mounted =
        call("mount", "-t", "tmpfs", "-o", SIZE, "heapstakes-faults", path.toString()) == 0;
    return new Disk(path, mounted);
  }

  private static int call(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(List.of(command))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  /** Leaves no byte free. */
  void fill() throws IOException {
    byte[] bytes = new byte[1 << 12];
    try (OutputStream out = Files.newOutputStream(filler())) {
      while (true) {
        out.write(bytes);
      }
    } catch (IOException full) {
      // as intended
    }
  }

  void free() throws IOException {
    Files.deleteIfExists(filler());
  }

  private Path filler() {
    return path.resolve("filler");
  }

  /** Whether it could be; not while a file is open for writing, so that it is tried for a while. */
  boolean remount(String mode) throws IOException, InterruptedException {
    for (int i = 0; i < 400; i++) {
      if (call("mount", "-o", "remount," + mode, path.toString()) == 0) {
        return true;
      }
      Thread.sleep(10);
    }
    return false;
  }

  @Override
  public void close() {
    if (isMounted) {
      try {
        call("umount", "-l", path.toString());
      } catch (IOException | InterruptedException e) {
        System.err.println("faults: " + path + " cannot be unmounted: " + e);
      }
    }
  }
}
