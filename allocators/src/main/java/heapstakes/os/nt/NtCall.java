package heapstakes.os.nt;

import heapstakes.os.CallKind;
import java.util.Locale;

/** What VirtualAlloc and VirtualFree are asked for; each is counted for itself. */
public enum NtCall implements CallKind {
  /** VirtualAlloc(MEM_RESERVE). */
  RESERVE,
  /** VirtualAlloc(MEM_COMMIT). */
  COMMIT,
  /** VirtualFree(MEM_DECOMMIT). */
  DECOMMIT,
  /** VirtualFree(MEM_RELEASE). */
  RELEASE;

  @Override
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
