package heapstakes.trace.io;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import heapstakes.trace.Limits;
import heapstakes.trace.TraceException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZInputStream;
import org.tukaani.xz.XZOutputStream;

/** Undoes compression, whose kind the first bytes tell; the name is only asked for when writing. */
public final class Compression {
  private static final int HEAD = 12;

  /** Bytes that tell zstd and lz4. */
  private static final int MAGIC = 4;

  private static final String PLAIN = "";
  private static final int BUFFER_BYTES = 1 << 16;

  private static final byte[] LEGACY_LZ4 = {0x02, 0x21, 0x4c, 0x18};

  /**
   * Bit of the byte behind the magic number: RFC 8878, 3.1.1.1.1, and C.Checksum of lz4's frame
   * format, version 1.6.1.
   */
  private static final int CONTENT_CHECKSUM = 1 << 2;

  /** More than {@code xz -9} asks for; a hostile header may ask for 4 GiB. */
  private static final int XZ_MEMORY_KIB = 256 << 10;

  private Compression() {}

  /** The plain bytes of {@code file}, decompressed on another thread if need be. */
  public static InputStream decompressed(InputStream file, String name, Limits limits)
      throws IOException {
    CountingStream counted = new CountingStream(file);
    BufferedInputStream in = new BufferedInputStream(counted, BUFFER_BYTES);
    in.mark(HEAD);
    byte[] head = in.readNBytes(HEAD);
    in.reset();
    InputStream plain;
    try {
      plain = decoder(head, in, name);
    } catch (IOException e) {
      throw damaged(e, counted.count);
    }
    return plain == in ? in : new ReadAhead(new BombGuard(plain, counted, name, limits));
  }

  /** A stream that compresses as the suffix of {@code name} says. */
  public static OutputStream compressing(OutputStream out, String name) throws IOException {
    if (name.endsWith(".gz")) {
      return new GZIPOutputStream(out, BUFFER_BYTES);
    }
    if (name.endsWith(".xz")) {
      return new XZOutputStream(out, new LZMA2Options(LZMA2Options.PRESET_DEFAULT));
    }
    // Off by default there: one bit that flips would make another trace of it, without a word.
    return name.endsWith(".zst") ? new ZstdOutputStream(out).setChecksum(true) : out;
  }

  /** Decoders say nothing at all where a file is cut, or not where it is damaged. */
  private static IOException damaged(IOException e, long compressedBytes) {
    String what =
        e instanceof EOFException || e.getMessage() == null
            ? "the compressed data end before they are complete"
            : e.getMessage().replaceFirst("\\.$", "");
    return new IOException(
        String.format(
            Locale.ROOT, "%s, within the first %d compressed bytes", what, compressedBytes),
        e);
  }

  /**
   * Whether a file that begins with {@code head} is zstd's or lz4's, of a frame without its
   * checksum.
   */
  public static boolean isUnchecked(byte[] head) {
    return head.length > MAGIC
        && switch (kind(head)) {
          case CompressorStreamFactory.ZSTANDARD, CompressorStreamFactory.LZ4_FRAMED ->
              (head[MAGIC] & CONTENT_CHECKSUM) == 0;
          default -> false;
        };
  }

  private static InputStream decoder(byte[] head, InputStream in, String name) throws IOException {
    return switch (kind(head)) {
      // Java's own takes a damaged head of a second member for the end of the file.
      case CompressorStreamFactory.GZIP ->
          GzipCompressorInputStream.builder()
              .setInputStream(in)
              .setDecompressConcatenated(true)
              .get();
      case CompressorStreamFactory.XZ -> new XZInputStream(in, XZ_MEMORY_KIB);
      case CompressorStreamFactory.ZSTANDARD -> new ZstdInputStream(in);
      case CompressorStreamFactory.BZIP2 -> new BZip2CompressorInputStream(in, true);
      case CompressorStreamFactory.LZ4_FRAMED -> new FramedLZ4CompressorInputStream(in, true);
      default -> {
        if (head.length >= MAGIC && Arrays.equals(LEGACY_LZ4, 0, MAGIC, head, 0, MAGIC)) {
          throw new TraceException(
              String.format(
                  Locale.ROOT,
                  "%s is compressed in lz4's legacy form, which has no checksum. Compress it anew: lz4 -dc"
                      + " %1$s | lz4 > NEW.",
                  name));
        }
        yield ZipArchiveInputStream.matches(head, head.length)
            ? new SingleEntry(new ZipInputStream(in), name)
            : in;
      }
    };
  }

  /** Name of the compression that {@code head} is of, or {@link #PLAIN}. */
  private static String kind(byte[] head) {
    try {
      return CompressorStreamFactory.detect(new ByteArrayInputStream(head));
    } catch (CompressorException e) {
      return PLAIN;
    }
  }

  /** Knows how many compressed bytes were read. */
  private static final class CountingStream extends FilterInputStream {
    private volatile long count;

    CountingStream(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count += value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int got = super.read(target, offset, length);
      count += Math.max(0, got);
      return got;
    }
  }

  /** Stops at a file that expands beyond all measure. */
  private static final class BombGuard extends FilterInputStream {
    private final CountingStream compressed;
    private final String name;
    private final Limits limits;
    private long count;

    BombGuard(InputStream in, CountingStream compressed, String name, Limits limits) {
      super(in);
      this.compressed = compressed;
      this.name = name;
      this.limits = limits;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int got;
      try {
        got = super.read(target, offset, length);
      } catch (TraceException e) {
        throw e;
      } catch (IOException e) {
        throw damaged(e, compressed.count);
      } catch (RuntimeException e) {
        // What a decoder did not foresee of a damaged file.
        throw damaged(new IOException("the compressed data are damaged", e), compressed.count);
      }
      count += Math.max(0, got);
      if (count > limits.freeBytes() && count / limits.maxRatio() > compressed.count) {
        throw new TraceException(
            String.format(
                    Locale.ROOT,
                    "%s: %d compressed bytes have become %d, as in a decompression bomb. Unpack the file and",
                    name,
                    compressed.count,
                    count)
                + " pass the unpacked one if you trust it. "
                + Limits.raise("maxRatio", limits.maxRatio()));
      }
      return got;
    }
  }

  /** The only entry of a zip archive. */
  private static final class SingleEntry extends FilterInputStream {
    private final ZipInputStream zip;
    private final String name;

    SingleEntry(ZipInputStream zip, String name) throws IOException {
      super(zip);
      this.zip = zip;
      this.name = name;
      if (nextFile() == null) {
        throw new TraceException(
            String.format(
                Locale.ROOT,
                "%s is a zip archive without a file. Is it cut short? Get it again.",
                name));
      }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int got = zip.read(target, offset, length);
      if (got < 0 && nextFile() != null) {
        throw new TraceException(
            String.format(
                Locale.ROOT,
                "%s is a zip archive of several files. Unpack it and pass the one that is meant.",
                name));
      }
      return got;
    }

    private @Nullable ZipEntry nextFile() throws IOException {
      ZipEntry entry = zip.getNextEntry();
      while (entry != null && entry.isDirectory()) {
        entry = zip.getNextEntry();
      }
      return entry;
    }
  }
}
