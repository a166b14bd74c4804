package heapstakes.trace;

/**
 * The letters of the trace language, as small numbers for the columns of an {@link EventBatch}.
 * Those up to {@link #LAST_OPERATION} are operations and are numbered; the others are not.
 *
 * <p>A line that begins with {@code #} is a comment. Four of them mean something: {@code
 * #heapstakes-trace VERSION} as the first; {@code #heapstakes-deepbind N}, {@link
 * TraceInfo.Features#deeplyBound}; {@code #heapstakes-site NUMBER CALLER LABEL}, the next of {@link
 * CallSites}; and behind such a line {@code #@ NUMBER}: the operations that follow came from there,
 * or from nowhere that is known if it is 0.
 */
public final class Op {
  /** {@code m SLOT SIZE}: malloc. Sizes of requests, and counts, go up to 2^64 − 1. */
  public static final byte MALLOC = 0;

  /** {@code c SLOT COUNT SIZE}: calloc. */
  public static final byte CALLOC = 1;

  /**
   * {@code r SLOT SIZE}: realloc; malloc if the slot is empty. After size 0 the slot still counts
   * as taken, whether or not the allocator freed the block: it is to be freed (free(NULL) then) or
   * resized before another block may go there.
   */
  public static final byte REALLOC = 2;

  /** {@code g SLOT ALIGN SIZE}: memalign. */
  public static final byte MEMALIGN = 3;

  /** {@code f SLOT}: free. */
  public static final byte FREE = 4;

  /**
   * {@code w SLOT OFFSET LENGTH}: store into the block: a write to every page that overlaps {@code
   * [OFFSET, OFFSET + LENGTH)}, whatever the touch policy. {@code w 0 0 1073741824} is thus a
   * program that writes a byte a page of a block of 1 GiB.
   */
  public static final byte STORE = 5;

  /** {@code d SLOT OFFSET LENGTH}: load from the block, by pages as {@link #STORE}. */
  public static final byte LOAD = 6;

  /** {@code T [PAD]}: give memory back now. */
  public static final byte TRIM = 7;

  /** The highest number of a numbered operation. */
  public static final byte LAST_OPERATION = TRIM;

  /**
   * {@code t THREAD}: what follows is that thread's. A thread that is named for the first time
   * belongs to the process of the thread that was named last, which may have exited since.
   */
  public static final byte THREAD = 8;

  /** {@code x THREAD}: the thread, current or not, exits; it is not named again. */
  public static final byte THREAD_EXIT = 9;

  /** {@code @ NANOSECONDS}: the virtual clock advances. */
  public static final byte CLOCK = 10;

  /** {@code P NAME}: phase mark. */
  public static final byte PHASE = 11;

  /**
   * {@code F CHILD}: fork. CHILD is a new thread, the only one of the new process, which begins
   * with a copy of its parent's slots; what follows with {@code t CHILD} runs there.
   */
  public static final byte FORK = 12;

  /** {@code X}: the current thread's process exits, with all its threads and blocks. */
  public static final byte EXIT = 13;

  /**
   * {@code b BYTES}, {@code b -BYTES}: the program moves the break itself, as by sbrk(2); in the
   * columns, size is how far and extra 1 if down. What it gets belongs to nobody here and is not
   * touched. Down it goes only over what the program has got on top, and only if the break is still
   * where it left it; otherwise nothing happens, since the bytes are an allocator's.
   */
  public static final byte BREAK = 14;

  private static final String LETTERS = "mcrgfwdTtx@PFXb";

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

  private static String text(long number) {
    return Long.toUnsignedString(number);
  }

  /** The line of an event without its end; threads and phases by number. */
  public static String line(byte op, int slot, long size, long extra) {
    char letter = letter(op);
    return switch (op) {
      case MALLOC, REALLOC -> letter + " " + slot + " " + text(size);
      case CALLOC, MEMALIGN, STORE, LOAD ->
          letter + " " + slot + " " + text(extra) + " " + text(size);
      case TRIM, CLOCK -> letter + " " + size;
      case BREAK -> letter + (extra == 0 ? " " : " -") + size;
      case EXIT -> String.valueOf(letter);
      default -> letter + " " + slot;
    };
  }
}
