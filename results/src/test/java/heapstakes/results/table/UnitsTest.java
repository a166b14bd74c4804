package heapstakes.results.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
  @ParameterizedTest(name = "{0} bytes are {1}")
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.00 KiB",
    "4194304, 4.00 MiB",
    "10737418240, 10.0 GiB",
    "-2048, -2.00 KiB"
  })
  void bytesHaveThreeSignificantDigits(double bytes, String text) {
    assertThat(Units.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest(name = "{0} ns are {1}")
  @CsvSource({
    "0, 0 ns",
    "2.25, 2.25 ns",
    "85, 85 ns",
    "999, 999 ns",
    "4120, 4.12 µs",
    "41200, 41.2 µs",
    "412000, 412 µs",
    "1200000, 1.20 ms",
    "30000000000, 30.0 s"
  })
  void durationsCarryTheirUnit(double nanos, String text) {
    assertThat(Units.nanos(nanos)).isEqualTo(text);
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({"0, 0", "999, 999", "537695, 537 695", "268435456, 268 435 456"})
  void countsAreGrouped(long count, String text) {
    assertThat(Units.count(count)).isEqualTo(text);
  }
}
