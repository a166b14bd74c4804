package heapstakes.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of processes that end as they like. */
class PassingFolderTest {
  /** Takes over a folder, makes a file in it, and ends or waits to be killed. */
  public static final class Claims {
    private Claims() {}

    /** The first argument is what to make, the second whether to wait. */
    public static void main(String[] args) throws Exception {
      PassingFolder.claimGiven();
      Files.createFile(Path.of(args[0]));
      if (args.length > 1) {
        for (int i = 0; i < 3; i++) {
          System.gc(); // a lock must outlive what is collected
          Thread.sleep(50);
        }
        System.out.println();
        System.in.read();
      }
    }
  }

  @TempDir private Path base;

  private Process start(Path folder, String... more) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dheapstakes.passing=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                Claims.class.getName(),
                folder.resolve("file").toString()));
    command.addAll(List.of(more));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private Path folder(String name) throws Exception {
    return Files.createDirectory(base.resolve("heapstakes-run-" + name));
  }

  @Test
  void itGoesWithItsProcess() throws Exception {
    Path folder = folder("one");

    assertThat(start(folder).waitFor()).isZero();

    assertThat(folder).doesNotExist();
  }

  @Test
  void whatAKilledProcessLeftGoesWithTheNextAndWhatALivingOneHasStays() throws Exception {
    Path killed = folder("killed");
    Process victim = start(killed, "wait");
    victim.getInputStream().read();
    victim.destroyForcibly().waitFor();
    Path living = folder("living");
    Process other = start(living, "wait");
    try {
      other.getInputStream().read();
      assertThat(killed).as("removed by the process after it").doesNotExist();
      Path fresh = folder("fresh");
      Path old = folder("old");
      Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));

      assertThat(start(folder("last")).waitFor()).isZero();

      assertThat(living.resolve("file")).exists();
      assertThat(fresh).as("its process may be about to lock it").exists();
      assertThat(old).doesNotExist();
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  void theLockIsNotWrittenThroughALink() throws Exception {
    Path target = Files.writeString(base.resolve("target"), "text");
    Path folder = folder("one");
    Files.createSymbolicLink(folder.resolve("lock"), target);

    assertThat(start(folder).waitFor()).isZero();

    assertThat(target).hasContent("text");
  }
}
