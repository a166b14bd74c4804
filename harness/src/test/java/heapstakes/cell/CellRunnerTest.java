package heapstakes.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.replay.TraceSource;
import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.setting.SettingException;
import heapstakes.trace.TraceException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;

class CellRunnerTest {
  private static final String RANDOM = "random:operations=2000";

  @Test
  void aCellThatWasSentToAnotherProcessIsTheSameCell() throws Exception {
    CellSpec spec =
        CellSpec.of("ptmalloc2:mxfast=0", RANDOM)
            .withMemory("simulated:ram=4G")
            .withOpNanos(50)
            .withTouch("first")
            .withSampleEvery(7);

    assertThat(readBack(spec)).isEqualTo(spec);
    assertThat(CellRunner.run(readBack(spec)).cell()).isEqualTo(CellRunner.run(spec).cell());
  }

  private static Object read(byte[] bytes) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return in.readObject();
    }
  }

  private static CellSpec readBack(CellSpec spec) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(spec);
    }
    return (CellSpec) read(bytes.toByteArray());
  }

  @Test
  void theRowIsNamedAsItsSpecSays() throws InterruptedException {
    MeteredCell metered =
        CellRunner.run(CellSpec.of("ptmalloc2:mxfast=0", RANDOM).withMemory("simulated:ram=4G"));

    CellKey key = metered.key();
    assertThat(key.contestant()).isEqualTo("ptmalloc2:mxfast=0");
    assertThat(key.memory()).isEqualTo("simulated:ram=4G");
    assertThat(key.threads()).isEqualTo(1);
    Cell cell = metered.cell();
    assertThat(cell.text(Column.STATUS)).isEqualTo("ok");
    assertThat(cell.text(Column.KIND)).isEqualTo("strategy");
    assertThat(cell.count(Column.OPS)).hasValue(TraceSource.open(RANDOM).info().operations());
  }

  @Test
  void howLongAnOperationTakesAndWhatIsTouchedReachTheReplay() throws InterruptedException {
    CellSpec spec = CellSpec.of("bump", "random:operations=2000");
    double slow = CellRunner.run(spec).footprint().space().residentByteSeconds().orElseThrow();

    // The integral of resident over time: twice as long an operation, twice as much.
    assertThat(
            CellRunner.run(spec.withOpNanos(200))
                .footprint()
                .space()
                .residentByteSeconds()
                .orElseThrow())
        .isEqualTo(2 * slow);
    assertThat(peakResident(spec.withTouch("none"))).isLessThan(peakResident(spec));
  }

  private static long peakResident(CellSpec spec) throws InterruptedException {
    return CellRunner.run(spec).footprint().space().peak().residentBytes().orElseThrow();
  }

  @Test
  void whatIsNotKnownIsSaid() {
    assertThatThrownBy(() -> CellRunner.run(CellSpec.of("ptmalloc", RANDOM)))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("ptmalloc2");
    assertThatThrownBy(() -> CellRunner.run(CellSpec.of("bump", "rando")))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("random");
    assertThatThrownBy(() -> CellRunner.run(CellSpec.of("bump", RANDOM).withTouch("some")))
        .isInstanceOf(SettingException.class)
        .hasMessage("touch 'some': it takes all, first, none");
  }
}
