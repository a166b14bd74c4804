/** What kind of program a trace is of: sizes, lifetimes, live memory and threads. */
@NullMarked
package heapstakes.trace.profile;

import org.jspecify.annotations.NullMarked;
