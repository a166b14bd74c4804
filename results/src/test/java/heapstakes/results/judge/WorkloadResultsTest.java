package heapstakes.results.judge;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadResultsTest {
  private static Cell cell(
      String name, String settings, String kind, String version, String twinOf) {
    return Cell.of(new CellKey(name, settings, "sqlite3", "linux", 1))
        .text(Column.KIND, kind)
        .text(Column.VERSION, version)
        .text(Column.TWIN_OF, twinOf)
        .build();
  }

  private static List<String> rows(Cell... cells) {
    return WorkloadResults.of(List.of(cells), key -> List.of()).getFirst().standings().stream()
        .map(s -> (s.twin() == null ? "" : s.twin().contestant() + " > ") + s.contestant())
        .toList();
  }

  @Test
  void aTwinWithSettingsStandsAboveTheLibraryWithTheSameSettingsInWhateverOrder() {
    assertThat(
            rows(
                cell("x", "", "model", "lib 1", "native-x@1"),
                cell("native-x", "b=2,a=1", "native", "lib 1", ""),
                cell("native-x", "", "native", "lib 1", ""),
                cell("x", "a=1,b=2", "strategy", "lib 1", "native-x@1:a=1,b=2")))
        .containsExactly("x", "x > native-x", "x:a=1,b=2", "x:a=1,b=2 > native-x:b=2,a=1");
  }

  @Test
  void aLibraryOfAnotherVersionIsNotTheOriginal() {
    assertThat(
            rows(
                cell("x", "", "model", "lib 1.2", "native-x@1.2"),
                cell("native-x", "", "native", "lib 1.20", "")))
        .containsExactly("x", "native-x");
    assertThat(
            rows(
                cell("x@1.2", "", "model", "lib 1.2", "native-x@1.2"),
                cell("native-x@1.2-4-gabc", "", "native", "lib 1.2-4-gabc", "")))
        .containsExactly("x@1.2", "x@1.2 > native-x@1.2-4-gabc");
  }

  @Test
  void aModelThatIsTheTwinOfNothingAndALibraryNamedByItsFileArePairedWithNothing() {
    assertThat(
            rows(
                cell("mine", "", "model", "lib 1", ""),
                cell("native:/lib/x.so,je_", "", "native", "lib 1", "")))
        .containsExactly("mine", "native:/lib/x.so,je_");
  }
}
