import { LeaseError, type LeaseStore } from "@tenure/core";
import { ill, leaseChecks, placeChecks } from "@tenure/diagnostics";
import type { LeaseStatus } from "@tenure/schema";
import { openExisting, settingsFor, type Context } from "../context.ts";
import type { StoreFlags } from "../options.ts";
import { humanDuration } from "../output/duration.ts";
import { placeOf } from "../output/status-document.ts";
import { nextRenewalInMs } from "../status/judgement.ts";
import { examinePlace } from "./files.ts";
import { examineLease } from "./lease.ts";
import { ask, type Asked, type DoctorReport, type Report } from "./report.ts";

/** A store that says one of these is what is examined, not a failure of examining it. */
const ailing: ReadonlySet<string> = new Set([
  "ESTOREUNAVAILABLE",
  "EPERMISSION",
  "EFSUNSUPPORTED",
  "ESTATECORRUPT",
  "EEPOCHREGRESSION",
  "ESCHEMAVERSION",
]);

export interface Tell {
  /** Before the leases are watched. */
  readonly watching: (names: readonly string[]) => void;
}

/** Examines one lease, or all there are, and the place where they are kept. @throws LeaseError for a wrong name or configuration. */
export async function examineAll(
  flags: StoreFlags,
  name: string | undefined,
  signal: AbortSignal,
  tell: Tell,
): Promise<DoctorReport> {
  const { values } = await settingsFor(flags, name);
  const { directory, store: url } = placeOf(values);
  const place = directory ?? url ?? "";
  let context: Context;
  try {
    context = await openExisting(flags, name);
  } catch (error) {
    return { guarantees: null, reports: [{ name: null, title: place, answers: [refusal(error)] }] };
  }
  await using opened = context;
  const { store } = opened;
  const answers = await orRefusal(async () => ask(placeChecks, await examinePlace(store, place, directory ?? null)));
  const reports: Report[] = [{ name: null, title: place, answers }];
  const names = name === undefined ? await namesIn(store, reports) : [name];
  tell.watching(names);
  const examined = names.map(async (each): Promise<Report> => {
    const found = await orRefusal(async () => ask(leaseChecks, await examineLease(opened, each, place, signal)));
    return { name: each, title: each + (await validity(opened, each)), answers: found };
  });
  reports.push(...(await Promise.all(examined)));
  return { guarantees: store.guarantees, reports };
}

async function namesIn(store: LeaseStore, reports: Report[]): Promise<readonly string[]> {
  try {
    return await store.list();
  } catch (error) {
    reports.push({ name: null, title: "its leases", answers: [refusal(error)] });
    return [];
  }
}

async function orRefusal(look: () => Promise<Asked[]>): Promise<Asked[]> {
  try {
    return await look();
  } catch (error) {
    return [refusal(error)];
  }
}

function refusal(error: unknown): Asked {
  if (!(error instanceof LeaseError) || !ailing.has(error.code)) throw error;
  return {
    question: "can it be read",
    answer: ill({
      ruleId: "store-refused",
      verdict: error.message,
      evidence: [`the store refuses with ${error.code}`],
      change: "do what it says; nothing was changed",
    }),
  };
}

async function validity({ clientFor }: Context, name: string): Promise<string> {
  let status: LeaseStatus;
  try {
    status = await clientFor().status(name);
  } catch {
    // What is wrong with it is an answer already.
    return "";
  }
  const { holderIdentity, remainingMs } = status;
  if (holderIdentity === null || remainingMs === null) return "";
  const nextMs = nextRenewalInMs(status);
  const next = nextMs === null || nextMs < 0 ? "" : `, renews in ~${humanDuration(nextMs)}`;
  return ` (${remainingMs > 0 ? `~${humanDuration(remainingMs)} remain${next}` : "expired"})`;
}
