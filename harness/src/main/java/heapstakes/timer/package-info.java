/**
 * Real malloc libraries timed where programs run them: in a process of their own, with the library
 * preloaded, replaying from memory in C, without a JVM, its heap or a downcall. A process that is
 * new shows what one life costs, one that stays what a service pays (ADR 8).
 *
 * <p>Entry point: {@link heapstakes.timer.TimerProcess}.
 */
@NullMarked
package heapstakes.timer;

import org.jspecify.annotations.NullMarked;
