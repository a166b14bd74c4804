package heapstakes.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.fidelity.AddressDifference.Answer;
import heapstakes.os.Syscall;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FidelityReportTest {
  private static final Agreement EQUAL =
      new Agreement(
          "alike",
          537_695,
          new Share(300_000, 300_000),
          new Share(537_695, 537_695),
          Share.NONE,
          new Share(2510, 2510),
          new ResidentError(1001, 0, 0, 0, 0, 0),
          new Agreement.Calls(
              Map.of(Syscall.SBRK, 350L, Syscall.MMAP, 6L),
              Map.of(Syscall.SBRK, 350L, Syscall.MMAP, 6L),
              Optional.empty()),
          Optional.empty(),
          Optional.empty(),
          "",
          0);

  private static final Agreement DIFFERENT =
      new Agreement(
          "apart",
          1200,
          new Share(999_999, 1_000_000),
          new Share(1200, 1200),
          new Share(3, 4),
          new Share(1, 3),
          new ResidentError(10, 0.25, 0.025, 600, 4096, 5120),
          new Agreement.Calls(
              Map.of(Syscall.SBRK, 2L),
              Map.of(Syscall.SBRK, 1L, Syscall.MUNMAP, 1L),
              Optional.of(new CallDifference("operation 5: brk(brk+0x21000)", "no further call"))),
          Optional.of(
              new AddressDifference(
                  7,
                  3,
                  new Answer("brk+0x2a0", 0x21000),
                  new Answer("NULL", 0),
                  List.of("         6  f 2", "            t 1", "         7  m 3 24"))),
          Optional.of(new CounterDifference(10, "smblks", 1000, 0)),
          "library: ok behind 1200 operations; twin: failed behind 7 operations",
          0);

  @Test
  void aReportByHand() {
    FidelityReport report = new FidelityReport(8);

    String text =
        report.heading("ptmalloc2", "native-glibc", "glibc 2.36")
            + report.trace(EQUAL)
            + report.trace(DIFFERENT)
            + report.skipped("forking", "it forks")
            + report.total();

    assertThat(text)
        .isEqualTo(
            """
            ptmalloc2 against native-glibc (glibc 2.36)
            trace       operations  addresses      break   counters resident max/mean  system calls
            alike          537 695      100 %      100 %      100 %   0.00 % / 0.00 %  356 equal
            apart            1 200  99.9999 %      100 %  33.3333 %  25.00 % / 2.50 %  differ
                addresses differ first in operation 7, slot 3:
                  library  brk+0x2a0, break at +0x21000
                  twin     NULL, break at +0x0
                           6  f 2
                              t 1
                           7  m 3 24
                counters differ first behind 10 operations: smblks is 1 000 in the library, 0 in the twin
                resident differs most behind 600 operations: 4 096 bytes in the library, 5 120 in the twin
                the kernel placed 1 of 4 mapped blocks otherwise
                system calls: sbrk 2 in the library, 1 in the twin; munmap 0 in the library, 1 in the twin
                system calls differ first: library operation 5: brk(brk+0x21000); twin no further call
                they end differently: library: ok behind 1200 operations; twin: failed behind 7 operations
            forking skipped: it forks
            total: 2 traces, 538 895 operations · addresses 99.9999 % of 1 300 000 · break 100 % · \
            counters 99.9204 % of 2 513 · resident wrong by 25.00 % at most · 1 differ, 1 skipped
            """);
    assertThat(report.holds()).isFalse();
  }

  @Test
  void aRowOfCsvHasAsManyCellsAsTheHeader() {
    FidelityCsv csv = new FidelityCsv();
    String twin = csv.skippedTwin("bump", "no, none");
    csv.begin("ptmalloc2", "native-glibc", "glibc 2.36");
    int cells = FidelityCsv.header().split(",", -1).length;

    assertThat(twin).startsWith("bump,,,,skipped,\"no, none\",,");
    assertThat(twin.replace("no, none", "").split(",", -1)).hasSize(cells);
    assertThat(csv.skippedTrace("forking", "it forks").split(",", -1)).hasSize(cells);
    assertThat(csv.trace(EQUAL))
        .isEqualTo(
            "ptmalloc2,native-glibc,glibc 2.36,alike,equal,,537695,300000,300000,537695,537695,0,0,"
                + "2510,2510,0.0,0.0,,350,350,6,6,0,0,0,0,0,0,0,0,3\n");
  }

  @Test
  void jsonHoldsTheDifference() {
    FidelityJson json = new FidelityJson();
    json.begin("ptmalloc2", "native-glibc", "glibc 2.36");
    json.trace(DIFFERENT);

    assertThat(json.text())
        .contains("\"status\" : \"different\"", "\"block\" : \"brk+0x2a0\"", "\"smblks\"");
  }

  @Test
  void aHundredPerCentMeansAll() {
    assertThat(new Share(99_999_999, 100_000_000).text()).isEqualTo("99.9999 %");
    assertThat(new Share(0, 0).text()).isEqualTo("-");
    assertThat(new Share(3, 3).text()).isEqualTo("100 %");
  }

  @Test
  void residentMayBeWrongByAHundredth() {
    assertThat(EQUAL.holds()).isTrue();
    assertThat(withResident(0.01, 0).holds()).isTrue();
    assertThat(withResident(0.0101, 3).holds()).isFalse();
  }

  @Test
  void whereKhugepagedCameByItIsNamedBesideWhatDiffers() {
    FidelityReport report = new FidelityReport(8);

    assertThat(report.trace(withResident(0.02, 3)))
        .contains(
            "resident differs most", "khugepaged of this machine made 3 huge pages meanwhile");
    assertThat(report.trace(withResident(0.02, 0))).doesNotContain("khugepaged");
    assertThat(report.trace(withResident(0, 3))).doesNotContain("khugepaged");
  }

  private static Agreement withResident(double max, long collapsed) {
    return new Agreement(
        EQUAL.trace(),
        EQUAL.operations(),
        EQUAL.addresses(),
        EQUAL.breaks(),
        EQUAL.placements(),
        EQUAL.counters(),
        new ResidentError(1, max, max, 0, 0, 0),
        EQUAL.calls(),
        EQUAL.address(),
        EQUAL.counter(),
        EQUAL.ending(),
        collapsed);
  }
}
