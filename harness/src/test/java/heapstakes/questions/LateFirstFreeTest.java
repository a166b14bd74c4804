package heapstakes.questions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is left of 100 000 blocks of 512 bytes when all are freed. Breaks of the real libraries:
 * Debian's libc6 2.36-9, 2.41-12, 2.43-7 and 2.44-3.
 */
class LateFirstFreeTest {
  @ParameterizedTest
  @CsvSource({
    "ptmalloc2, no, 139264",
    "ptmalloc2@2.41, no, 139264",
    "ptmalloc2@2.43, no, 52850688",
    "ptmalloc2@2.44, no, 52850688",
    "ptmalloc2@2.43:tcache_count=0, no, 135168",
    "ptmalloc2@2.43, yes, 143360"
  })
  void aTcacheMadeLateKeepsAllThatLiesBelowIt(String contestant, String early, long mapped) {
    Answer answer = Answer.of(contestant, "late-first-free:early=" + early);

    assertThat(answer.mapped("allocated")).isEqualTo(52_850_688);
    assertThat(answer.mapped("freed")).isEqualTo(mapped);
    assertThat(answer.resident("freed")).isEqualTo(Math.min(mapped, 52_801_536));
  }
}
