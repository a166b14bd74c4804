/**
 * Files on a machine that others use too: what a path for output really is ({@link
 * heapstakes.file.OutputPlace}), and folders that hold what is executed or read back ({@link
 * heapstakes.file.PrivateFolder}).
 */
@NullMarked
package heapstakes.file;

import org.jspecify.annotations.NullMarked;
