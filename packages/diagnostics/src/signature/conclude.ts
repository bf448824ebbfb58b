import type { Ages, Beat, Outage, Signature } from "@tenure/schema";
import { counted, least, most, seconds, span } from "../numbers.ts";
import type { ObservedTerm } from "../term.ts";

/** What the numbers say, in sentences; what they do not say is said too. */
export function concludedFrom(signature: Signature, terms: readonly ObservedTerm[]): string[] {
  const { beat, ages, outage } = signature;
  return [
    beat === null ? "no beat of renewals can be told from these times" : ofBeat(beat),
    ages === null
      ? "nobody says when a lease was found expired, so lease duration and poll cannot be told"
      : ofAges(signature, ages, terms),
    ...(ages === null || ages.early === 0 ? [] : [ofEarly(ages)]),
    outage === null
      ? "when holders ended is not in these files, so the outage cannot be split into configuration and failure"
      : ofOutage(outage),
    ...(outage === null ? [] : [ofFailure(outage, beat)]),
  ];
}

function ofBeat({ intervalMs, renewals, worstResidualMs, chance, due, missed }: Beat): string {
  const how =
    `renewals come every ${seconds(intervalMs)}: all ${renewals} lie within ${fine(worstResidualMs)} of a multiple of it after their ` +
    `acquisition (by chance: p ${chance < 1e-9 ? "below 1e-9" : `= ${chance.toPrecision(2)}`})`;
  if (due === 0) return `${how}; no holder whose end is known lived long enough to owe one`;
  const were = due === 1 ? "was" : "were";
  return missed === 0
    ? `${how}; none of the ${due} that ${were} due while holders lived is missing, so renewal did not fail`
    : `${how}; ${missed} of the ${due} that ${were} due while holders lived ${missed === 1 ? "is" : "are"} missing, so renewal failed, and no other setting mends that`;
}

function ofAges(signature: Signature, ages: Ages, terms: readonly ObservedTerm[]): string {
  const { leaseDurationMs, graceMs, pollMs, expiryLeastMs, expiryMostMs } = signature;
  const found = `leases are found expired ${seconds(ages.leastMs)} to ${seconds(ages.mostMs)} after the last renewal`;
  const lives = terms.map(({ lastRenewAt, acquiredAt }) => lastRenewAt - acquiredAt);
  const whatever = `whether the holder renewed for ${span(least(lives))} or for ${span(most(lives))}`;
  if (leaseDurationMs !== null && graceMs !== null && pollMs !== null && ages.early === 0)
    return `${found}, ${whatever}: that is lease duration ${seconds(leaseDurationMs)} + grace ${seconds(graceMs)} + a wait of up to ${seconds(pollMs)} for the next poll`;
  if (expiryLeastMs === null || expiryMostMs === null) return `${found}; polls do not agree on one lease duration`;
  const bounds = `by the polls alone, a lease is called expired after more than ${seconds(expiryLeastMs)} and at most ${seconds(expiryMostMs)}`;
  return `${found}, ${whatever}; ${bounds}${graceMs === null ? " (lease duration and any grace together)" : ""}`;
}

function ofEarly({ early }: Ages): string {
  return (
    `${counted(early, "lease was", "leases were")} called expired before these settings allow it: somebody counts with another lease ` +
    "duration, or the logs lack renewals"
  );
}

function ofOutage({ terms, totalMs, medianMs, remainderMs, graceMs, pollMs, startUpMs }: Outage): string {
  if (medianMs === null) return "no outage is as short as the settings make it";
  const settingsMs = remainderMs + graceMs + pollMs;
  return (
    `configuration: after ${counted(terms, "leader")} nobody led for ${seconds(medianMs)} (the median), of which settings made ` +
    `${share(settingsMs, totalMs)}: the rest of the lease ${share(remainderMs, totalMs)}, the grace ${share(graceMs, totalMs)}, ` +
    `the wait for a poll ${share(pollMs, totalMs)}. Starting the next one took ${share(startUpMs, totalMs)}, ` +
    `so a release at each end would have left ${seconds(startUpMs / terms)}`
  );
}

function ofFailure({ terms, failed, failureMs }: Outage, beat: Beat | null): string {
  const late =
    failed === 0
      ? "no outage was longer than the settings make it"
      : `${failed} of ${counted(terms + failed, "outage")} went on for longer than the settings make them, by ${span(failureMs)} together: whoever polls did not look then`;
  const renewal =
    beat === null
      ? ""
      : beat.missed === 0
        ? "no renewal failed, and "
        : `${counted(beat.missed, "renewal")} failed, and `;
  return `failure: ${renewal}${late}`;
}

function share(part: number, whole: number): string {
  return whole <= 0 ? "0 %" : `${((100 * part) / whole).toFixed(part > 0 && part < whole / 100 ? 1 : 0)} %`;
}

function fine(ms: number): string {
  return ms < 1_000 ? `${Math.ceil(ms)} ms` : seconds(ms);
}
