/**
 * What another version of a library does to a program: both ends measured, the change attributed to
 * single rules by models that have one rule of the other version, and the settings looked for that
 * bring the old figures back.
 */
@NullMarked
package heapstakes.upgrade;

import org.jspecify.annotations.NullMarked;
