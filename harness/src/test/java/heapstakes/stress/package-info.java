/** What threads share without a lock, under jcstress. */
@NullMarked
package heapstakes.stress;

import org.jspecify.annotations.NullMarked;
