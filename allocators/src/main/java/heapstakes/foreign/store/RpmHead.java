package heapstakes.foreign.store;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What precedes the compressed cpio archive in an .rpm: a lead of 96 bytes, a header of signatures,
 * padded to eight bytes, and the header of the package.
 *
 * @param version of the package, {@code VERSION-RELEASE}
 */
record RpmHead(String version) {
  private static final int LEAD_BYTES = 96;
  private static final int LEAD_MAGIC = 0xedabeedb;
  private static final int HEADER_MAGIC = 0x8eade801;
  private static final int INDEX_BYTES = 16;
  private static final int MOST_ENTRIES = 1 << 16;
  private static final int MOST_BYTES = 64 << 20;
  private static final int VERSION = 1001;
  private static final int RELEASE = 1002;

  static boolean isRpm(byte[] start) {
    return start.length >= 4 && ByteBuffer.wrap(start).getInt() == LEAD_MAGIC;
  }

  /** Reads up to where the archive begins. */
  static RpmHead read(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    data.skipNBytes(LEAD_BYTES);
    int signatures = header(data).store().length;
    data.skipNBytes((8 - signatures % 8) % 8);
    Header own = header(data);
    return new RpmHead(own.string(VERSION) + "-" + own.string(RELEASE));
  }

  private record Header(ByteBuffer index, byte[] store) {
    /** The string with this tag; empty for none. */
    String string(int tag) {
      for (int at = 0; at < index.capacity(); at += INDEX_BYTES) {
        if (index.getInt(at) == tag) {
          int start = index.getInt(at + 8);
          int end = start;
          while (store[end] != 0) {
            end++;
          }
          return new String(store, start, end - start, StandardCharsets.UTF_8);
        }
      }
      return "";
    }
  }

  private static Header header(DataInputStream data) throws IOException {
    if (data.readInt() != HEADER_MAGIC) {
      throw new IOException("the header of the .rpm is damaged");
    }
    data.skipNBytes(4);
    int entries = data.readInt();
    int bytes = data.readInt();
    if (entries < 0 || entries > MOST_ENTRIES || bytes < 0 || bytes > MOST_BYTES) {
      throw new IOException("the header of the .rpm is damaged");
    }
    byte[] index = new byte[entries * INDEX_BYTES];
    data.readFully(index);
    byte[] store = data.readNBytes(bytes);
    if (store.length < bytes) {
      throw new EOFException("the .rpm ends in its header");
    }
    return new Header(ByteBuffer.wrap(index), store);
  }
}
