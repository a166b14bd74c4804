package heapstakes.os.nt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.memory.SegmentationFault;
import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.Machine;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;
import heapstakes.setting.SettingException;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** What VirtualAlloc and VirtualFree promise. */
class NtProcessTest {
  private static final long PAGE = 4096;
  private static final long GRANULARITY = 64 << 10;

  private static void with(String memory, BiConsumer<NtProcess, NtStatistics> test) {
    try (AddressSpace space = Machine.parse(memory).open()) {
      NtProcess process = (NtProcess) space;
      test.accept(process, process.statistics());
    }
  }

  @Test
  void reservationsBeginAtMultiplesOf64KiBAtTheLowestPlaceThatIsFree() {
    with(
        "simulated:kernel=nt",
        (process, statistics) -> {
          long first = process.reserve(PAGE);
          long second = process.reserve(GRANULARITY + PAGE);
          long third = process.reserve(1);
          assertThat(first % GRANULARITY).isZero();
          assertThat(second).isEqualTo(first + GRANULARITY);
          assertThat(third).isEqualTo(second + 2 * GRANULARITY);
          assertThat(process.release(second, GRANULARITY + PAGE)).isZero();
          assertThat(process.reserve(3 * GRANULARITY)).isEqualTo(third + GRANULARITY);
          assertThat(process.reserve(2 * GRANULARITY)).isEqualTo(second);
        });
  }

  @Test
  void aReservedPageFaultsACommittedOneIsZeroAndADecommittedOneFaultsAgain() {
    with(
        "simulated:kernel=nt",
        (process, statistics) -> {
          long start = process.reserve(8 * PAGE);
          assertThatThrownBy(() -> process.memory().getByte(start))
              .isInstanceOf(SegmentationFault.class);
          assertThat(process.commit(start, 2 * PAGE)).isZero();
          process.memory().putLong(start, 7);
          assertThatThrownBy(() -> process.memory().getByte(start + 2 * PAGE))
              .isInstanceOf(SegmentationFault.class);
          assertThat(process.decommit(start, PAGE)).isZero();
          assertThat(statistics.returnedBytes()).containsEntry(NtReturn.DECOMMIT, PAGE);
          assertThatThrownBy(() -> process.memory().getByte(start))
              .isInstanceOf(SegmentationFault.class);
          assertThat(process.commit(start, PAGE)).isZero();
          assertThat(process.memory().getLong(start)).isZero();
          process.memory().putLong(start, 8);
          assertThat(process.release(start, 8 * PAGE)).isZero();
          assertThat(statistics.returnedBytes()).containsEntry(NtReturn.RELEASE, PAGE);
          assertThat(statistics.mappedBytes()).isZero();
          assertThat(statistics.residentBytes()).isZero();
        });
  }

  @Test
  void aPageIsChargedOnceWhileItIsCommittedTouchedOrNot() {
    with(
        "simulated:kernel=nt",
        (process, statistics) -> {
          long start = process.reserve(100 * PAGE);
          assertThat(statistics.committedBytes()).isZero();
          process.commit(start, 10 * PAGE);
          process.commit(start + 5 * PAGE, 10 * PAGE);
          assertThat(statistics.committedBytes()).isEqualTo(15 * PAGE);
          assertThat(statistics.residentBytes()).isZero();
          process.decommit(start, 7 * PAGE);
          process.decommit(start, 7 * PAGE);
          assertThat(statistics.committedBytes()).isEqualTo(8 * PAGE);
          process.release(start, 100 * PAGE);
          assertThat(statistics.committedBytes()).isZero();
          assertThat(statistics.peakCommittedBytes()).isEqualTo(15 * PAGE);
        });
  }

  @Test
  void aCommitAboveTheLimitIsRefusedAndChangesNothing() {
    with(
        "simulated:kernel=nt,ram=1M,swap=1M",
        (process, statistics) -> {
          long start = process.reserve(4 << 20);
          assertThat(process.commit(start, 1 << 20)).isZero();
          assertThat(process.commit(start, (2 << 20) + PAGE)).isEqualTo(-Errno.ENOMEM);
          assertThat(statistics.committedBytes()).isEqualTo(1 << 20);
          assertThatThrownBy(() -> process.memory().getByte(start + (1 << 20)))
              .isInstanceOf(SegmentationFault.class);
          assertThat(process.commit(start, 2 << 20)).isZero();
        });
  }

  @Test
  void whatIsNotWithinOneReservationOrNotAllOfItIsInvalid() {
    with(
        "simulated:kernel=nt",
        (process, statistics) -> {
          long first = process.reserve(GRANULARITY);
          process.reserve(GRANULARITY); // right behind it
          assertThat(process.commit(first, 2 * GRANULARITY)).isEqualTo(-Errno.EINVAL);
          assertThat(process.decommit(first - PAGE, PAGE)).isEqualTo(-Errno.EINVAL);
          assertThat(process.release(first, PAGE)).isEqualTo(-Errno.EINVAL);
          assertThat(process.release(first + PAGE, GRANULARITY - PAGE)).isEqualTo(-Errno.EINVAL);
          assertThat(process.reserve(0)).isEqualTo(-Errno.EINVAL);
          assertThat(process.reserve(1L << 60)).isEqualTo(-Errno.ENOMEM);
        });
  }

  @Test
  void aSettingOfLinuxIsRefusedWithNt() {
    assertThatThrownBy(() -> Machine.parse("simulated:kernel=nt,overcommit=2").open())
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("kernel=nt has no overcommit=2");
  }

  @Test
  void itsCallsAreCountedAndThoseOfLinuxAreNotThere() {
    with(
        "simulated:kernel=nt,fail_call=2",
        (process, statistics) -> {
          long start = process.reserve(PAGE);
          assertThat(process.commit(start, PAGE)).isEqualTo(-Errno.ENOMEM);
          assertThat(process.commit(start, PAGE)).isZero();
          assertThat(process.sbrk(PAGE)).isEqualTo(-Errno.ENOSYS);
          assertThat(process.mmap(0, PAGE, Protection.READ_WRITE, MapFlags.PRIVATE_ANONYMOUS))
              .isEqualTo(-Errno.ENOSYS);
          assertThat(process.madvise(start, PAGE, Advice.DONTNEED)).isEqualTo(-Errno.ENOSYS);
          process.release(start, PAGE);
          assertThat(statistics.calls())
              .containsExactlyInAnyOrderEntriesOf(
                  Map.of(
                      NtCall.RESERVE,
                      1L,
                      NtCall.COMMIT,
                      2L,
                      NtCall.DECOMMIT,
                      0L,
                      NtCall.RELEASE,
                      1L));
        });
  }
}
