/**
 * How far decisions made by twins and forecasts are those that real libraries would lead to (ADR
 * 19).
 *
 * <p>Entry point: {@link heapstakes.decision.DecisionStudy}.
 */
@NullMarked
package heapstakes.decision;

import org.jspecify.annotations.NullMarked;
