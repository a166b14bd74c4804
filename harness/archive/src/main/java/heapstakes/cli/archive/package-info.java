/** What an archive carries besides the program; run while it is built. */
@NullMarked
package heapstakes.cli.archive;

import org.jspecify.annotations.NullMarked;
