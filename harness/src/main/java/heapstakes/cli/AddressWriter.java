package heapstakes.cli;

import heapstakes.allocator.Region;
import heapstakes.meter.FootprintObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import org.apache.commons.csv.CSVFormat;
import org.jspecify.annotations.Nullable;

/** Writes where each block lies: {@code op,region,offset}. */
final class AddressWriter implements FootprintObserver {
  private final Writer writer;
  private final FootprintObserver next;

  /**
   * @param next is told of the progress
   */
  AddressWriter(Writer writer, FootprintObserver next) throws IOException {
    this.writer = writer;
    this.next = next;
    CSVFormat.RFC4180.printRecord(writer, "op", "region", "offset");
  }

  @Override
  public boolean wantsBlocks() {
    return true;
  }

  @Override
  public void block(long operation, long address, @Nullable Region region) {
    try {
      if (region == null) {
        CSVFormat.RFC4180.printRecord(writer, operation, "null", 0);
      } else {
        CSVFormat.RFC4180.printRecord(writer, operation, region.name(), region.offset());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void progress(long operations) {
    next.progress(operations);
  }
}
