package heapstakes.trace.profile;

/**
 * What a thread did.
 *
 * @param id the trace's own number of it
 * @param operations numbered operations
 * @param requests blocks it allocated or resized
 * @param frees blocks it freed
 * @param foreignFrees those of them that another thread had allocated; a forked child's inherited
 *     blocks are its own
 * @param foreignBytes that those were last asked for
 */
public record ThreadActivity(
    int id, long operations, long requests, long frees, long foreignFrees, long foreignBytes) {}
