/** Questions that people ask about freed memory, each as a workload. */
@NullMarked
package heapstakes.workload.question;

import org.jspecify.annotations.NullMarked;
