/**
 * What a real library would take for a trace, from what its twin does (ADR 19): the twin's work is
 * counted, its accesses to memory in a small simulated cache, and each count has a price that was
 * fitted to times of real libraries. Nothing here is in the way of what is timed.
 *
 * <p>Of every model, which cache lines and pages it touches; that needs no prices.
 *
 * <p>Entry points: {@link heapstakes.forecast.Forecaster}, {@link heapstakes.forecast.CostFile},
 * {@link heapstakes.forecast.LocalityMeter}.
 */
@NullMarked
package heapstakes.forecast;

import org.jspecify.annotations.NullMarked;
