package heapstakes.cli;

import heapstakes.allocator.Region;
import heapstakes.meter.FootprintObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import org.apache.commons.csv.CSVFormat;
import org.jspecify.annotations.Nullable;

/**
 * Writes where each block lies: {@code op,region,offset} and nothing else, so that two of them, or
 * one and what another program says, can be compared byte by byte.
 */
final class AddressWriter implements FootprintObserver {
  private static final CSVFormat LINES = CSVFormat.RFC4180.builder().setRecordSeparator('\n').get();

  private final Writer writer;
  private final FootprintObserver next;

  /**
   * @param next is told of the progress
   */
  AddressWriter(Writer writer, FootprintObserver next) throws IOException {
    this.writer = writer;
    this.next = next;
    LINES.printRecord(writer, "op", "region", "offset");
  }

  @Override
  public boolean wantsBlocks() {
    return true;
  }

  @Override
  public void block(long operation, long address, @Nullable Region region) {
    try {
      if (region == null) {
        LINES.printRecord(writer, operation, "null", 0);
      } else {
        LINES.printRecord(writer, operation, region.name(), region.offset());
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
