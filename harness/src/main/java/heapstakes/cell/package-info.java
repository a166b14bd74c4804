/**
 * A cell of a run as a value: who replays what, and where, in words; carried out, the part of a
 * run's results that it fills. The way in for programs that embed the engine, and for commands.
 *
 * <h2>A command that meters</h2>
 *
 * <ul>
 *   <li>Make a {@link heapstakes.cell.CellSpec} of the words that the user gave, one for each
 *       figure that is to stand beside another: {@code CellSpec.of(contestant,
 *       workload).withMemory(memory)}, then {@code withContestant} for the others. Versions and
 *       settings are part of the words.
 *   <li>Open the trace once, by {@code TraceSource.open(workload)}, and hand it to {@link
 *       heapstakes.cell.CellRunner#run(CellSpec, heapstakes.trace.Trace,
 *       heapstakes.meter.FootprintObserver)} with each spec. An observer sees progress, blocks, and
 *       the memory itself.
 *   <li>{@link heapstakes.cell.MeteredCell#cell} is the row for tables and CSV, {@code footprint()}
 *       all that was measured, {@code footprint().outcome().status()} the exit code.
 *   <li>Look up nothing yourself: what is wrong with a word is told by the exceptions of {@code
 *       CellRunner.run}, and the command line tells them the user.
 *   <li>What needs more than words, such as a contestant that is in no catalogue or all that a real
 *       library's process can tell, makes an {@link heapstakes.cell.OpenCell}. Twin against library
 *       is two of them: {@code heapstakes.fidelity.PairSpec} and {@code TwinCheck}.
 * </ul>
 */
@NullMarked
package heapstakes.cell;

import org.jspecify.annotations.NullMarked;
