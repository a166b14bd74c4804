package heapstakes.sweep.spark;

import heapstakes.trace.binary.HsbTrace;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.ArrayList;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * A trace file that nodes can ask for: in pieces, which Spark hands from node to node and keeps on
 * disk where memory is short. A node that has a file of that digest asks for none.
 *
 * @param name as messages call it
 * @param sha256 of its events, which the file's head says too
 * @param pieces of the file, in order
 */
record ShippedTrace(String name, String sha256, ArrayList<Broadcast<byte[]>> pieces)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int PIECE_BYTES = 16 << 20;

  /** Offers {@code trace}. */
  static ShippedTrace of(HsbTrace trace, JavaSparkContext spark) throws IOException {
    ArrayList<Broadcast<byte[]>> pieces = new ArrayList<>();
    try (InputStream in = Files.newInputStream(trace.file())) {
      for (byte[] piece = in.readNBytes(PIECE_BYTES);
          piece.length > 0;
          piece = in.readNBytes(PIECE_BYTES)) {
        pieces.add(spark.broadcast(piece));
      }
    }
    return new ShippedTrace(trace.info().name(), trace.info().sha256(), pieces);
  }

  /** Writes the file, on a node. */
  void writeTo(OutputStream out) throws IOException {
    for (Broadcast<byte[]> piece : pieces) {
      out.write(piece.value());
    }
  }

  /** Offers it no more. */
  void withdraw() {
    pieces.forEach(Broadcast::destroy);
  }
}
