package heapstakes.trace;

/**
 * The letters of the trace language, as small numbers for the columns of an {@link EventBatch}.
 * Those up to {@link #LAST_OPERATION} are operations and are numbered; the others are not.
 */
public final class Op {
  /** {@code m SLOT SIZE}: malloc. */
  public static final byte MALLOC = 0;

  /** {@code c SLOT COUNT SIZE}: calloc. */
  public static final byte CALLOC = 1;

  /** {@code r SLOT SIZE}: realloc. */
  public static final byte REALLOC = 2;

  /** {@code g SLOT ALIGN SIZE}: memalign. */
  public static final byte MEMALIGN = 3;

  /** {@code f SLOT}: free. */
  public static final byte FREE = 4;

  /** {@code w SLOT OFFSET LENGTH}: store into the block. */
  public static final byte STORE = 5;

  /** {@code d SLOT OFFSET LENGTH}: load from the block. */
  public static final byte LOAD = 6;

  /** {@code T [PAD]}: give memory back now. */
  public static final byte TRIM = 7;

  /** The highest number of a numbered operation. */
  public static final byte LAST_OPERATION = TRIM;

  /** {@code t THREAD}: what follows is that thread's. */
  public static final byte THREAD = 8;

  /** {@code x THREAD}: the thread exits. */
  public static final byte THREAD_EXIT = 9;

  /** {@code @ NANOSECONDS}: the virtual clock advances. */
  public static final byte CLOCK = 10;

  /** {@code P NAME}: phase mark. */
  public static final byte PHASE = 11;

  /** {@code F CHILD}: fork; what follows with {@code t CHILD} runs in the child. */
  public static final byte FORK = 12;

  /** {@code X}: the current thread's process exits. */
  public static final byte EXIT = 13;

  private static final String LETTERS = "mcrgfwdTtx@PFX";

  private Op() {}

  /** How many there are. */
  public static int count() {
    return LETTERS.length();
  }

  /** The letter of {@code op} in the text form. */
  public static char letter(byte op) {
    return LETTERS.charAt(op);
  }

  /** The op whose letter is {@code letter}, or -1. */
  public static byte of(char letter) {
    return (byte) LETTERS.indexOf(letter);
  }

  /** Whether {@code op} is numbered: one of {@code m c r g f w d T}. */
  public static boolean isOperation(byte op) {
    return op <= LAST_OPERATION;
  }
}
