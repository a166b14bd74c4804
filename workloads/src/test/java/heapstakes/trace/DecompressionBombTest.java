package heapstakes.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import heapstakes.trace.file.Traces;
import heapstakes.trace.io.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Files of a few KiB that become 64 MiB, by every compression that is read. */
@Timeout(120)
class DecompressionBombTest {
  private static final int MIB = 1 << 20;
  private static final int MIBS = 64;

  /** Under which nothing is asked about, and the ratio allowed above. */
  private static final long FREE_BYTES = 4 * MIB;

  private static final long MAX_RATIO = 100;
  private static final Limits SMALL =
      new Limits(MAX_RATIO, FREE_BYTES, 1 << 16, 1 << 20, 10, 10, 1 << 20, 1 << 20);

  enum Packer {
    GZ {
      @Override
      OutputStream over(OutputStream file) throws IOException {
        return new GZIPOutputStream(file);
      }
    },
    XZ {
      @Override
      OutputStream over(OutputStream file) throws IOException {
        return new XZOutputStream(file, new LZMA2Options(0));
      }
    },
    ZST {
      @Override
      OutputStream over(OutputStream file) throws IOException {
        return new ZstdOutputStream(file, 1).setChecksum(true);
      }
    },
    ZIP {
      @Override
      OutputStream over(OutputStream file) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(file);
        zip.putNextEntry(new ZipEntry("trace.hst"));
        return zip;
      }
    };

    abstract OutputStream over(OutputStream file) throws IOException;
  }

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void isStoppedNotFarBehindTheLimit(Packer packer) throws IOException {
    Path file = bomb(packer);
    long[] read = {0};

    String error =
        TraceErrorsTest.errorOf(() -> {
          try (InputStream in =
              Compression.decompressed(Files.newInputStream(file), "bomb", SMALL)) {
            byte[] buffer = new byte[1 << 16];
            for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
              read[0] += got;
            }
          }
        });

    assertThat(error)
        .contains(
            "bomb: ", "decompression bomb", "The limit is 100", "-Dheapstakes.trace.maxRatio");
    Matcher became = Pattern.compile("(\\d+) compressed bytes have become (\\d+)").matcher(error);
    assertThat(became.find()).isTrue();
    long limit = Math.max(FREE_BYTES, (MAX_RATIO + 1) * Files.size(file));
    assertThat(Long.parseLong(became.group(1))).isLessThanOrEqualTo(Files.size(file));
    assertThat(Long.parseLong(became.group(2))).isBetween(FREE_BYTES, limit + MIB);
    assertThat(read[0]).isLessThan(limit + MIB);
  }

  /** Through the front door, with the limits that users have: 1000 times, above 1 GiB. */
  @Test
  void theUsualLimitsLetTheSameFilePass() throws IOException {
    Path file = bomb(Packer.GZ);

    assertThat(TraceErrorsTest.errorOf(() -> Traces.check("hst:" + file)))
        .contains("holds no operation");
  }

  @Test
  void aBombThatIsImportedLeavesNoOutput() throws IOException {
    Path file = bomb(Packer.ZST);
    Path out = folder.resolve("out.hsb");
    System.setProperty("heapstakes.trace.freeBytes", "1000000");
    System.setProperty("heapstakes.trace.maxRatio", "50");
    try {
      assertThat(TraceErrorsTest.errorOf(() -> Traces.importTo("hst:" + file, out)))
          .contains("bomb.zst", "decompression bomb", "The limit is 50");
    } finally {
      System.clearProperty("heapstakes.trace.freeBytes");
      System.clearProperty("heapstakes.trace.maxRatio");
    }
    try (var files = Files.list(folder)) {
      assertThat(files.map(Path::getFileName).map(Path::toString)).containsExactly("bomb.zst");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTraceThatIsPackedWellIsNoBomb(Packer packer) throws IOException {
    Path file = folder.resolve("trace.packed");
    try (OutputStream out = packer.over(Files.newOutputStream(file))) {
      out.write("m 0 100\nf 0\n".repeat(10_000).getBytes(StandardCharsets.UTF_8));
    }

    assertThat(Traces.check("hst:" + file).summary().operations()).isEqualTo(20_000);
  }

  private Path bomb(Packer packer) throws IOException {
    Path file = folder.resolve("bomb." + packer.name().toLowerCase(Locale.ROOT));
    byte[] blank = new byte[MIB];
    Arrays.fill(blank, (byte) '\n');
    try (OutputStream out = packer.over(Files.newOutputStream(file))) {
      for (int i = 0; i < MIBS; i++) {
        out.write(blank);
      }
    }
    return file;
  }
}
