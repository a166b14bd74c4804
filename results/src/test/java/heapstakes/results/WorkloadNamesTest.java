package heapstakes.results;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkloadNamesTest {
  private final WorkloadNames names = new WorkloadNames();

  @Test
  void aNameOfOneTraceIsShownAsItIs() {
    names.add("jq", "0123456789abcdef");
    names.add("jq", "0123456789abcdef");
    names.add("x", "fedcba9876543210");

    assertThat(names.of("jq", "0123456789abcdef")).isEqualTo("jq");
    assertThat(names.of("x", "fedcba9876543210")).isEqualTo("x");
  }

  @Test
  void tracesOfOneNameAreToldApartByTheLeastOfTheirDigestsThatDoes() {
    names.add("x", "0123456789abcdef");
    names.add("x", "0123456789abffff");
    names.add("x", "fedcba9876543210");

    assertThat(names.of("x", "0123456789abcdef")).isEqualTo("x@0123456789abc");
    assertThat(names.of("x", "0123456789abffff")).isEqualTo("x@0123456789abf");
    assertThat(names.of("x", "fedcba9876543210")).isEqualTo("x@fedcba98");
  }
}
