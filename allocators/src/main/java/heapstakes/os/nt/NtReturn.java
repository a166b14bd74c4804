package heapstakes.os.nt;

import heapstakes.os.ReturnKind;
import java.util.Locale;

/** The ways in which resident memory goes back to NT. */
public enum NtReturn implements ReturnKind {
  /** Decommitted: the addresses stay. */
  DECOMMIT,
  /** Released with its reservation. */
  RELEASE;

  @Override
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
