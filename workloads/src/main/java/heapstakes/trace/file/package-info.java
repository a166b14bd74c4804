/** Opens traces of every form, converts them and keeps what was converted. */
@NullMarked
package heapstakes.trace.file;

import org.jspecify.annotations.NullMarked;
