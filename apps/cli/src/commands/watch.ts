import type { LeaseError } from "@tenure/core";
import type { LeaseStatus, StatusDocument } from "@tenure/schema";
import { assertLeaseName, escapeForDisplay } from "@tenure/schema/light";
import type { Command } from "commander";
import { openExisting, type Context } from "../context.ts";
import { InterruptedError } from "../failure.ts";
import { interruptible } from "../interrupt.ts";
import { storeOptions, type StoreFlags } from "../options.ts";
import { clockTime } from "../output/clock-time.ts";
import { paletteFor } from "../output/colour.ts";
import { isReadByNobody, print, printDocument, tell } from "../output/print.ts";
import { placeOf } from "../output/status-document.ts";
import { changeOf, type Change } from "../watch/change.ts";
import { follow } from "../watch/follow.ts";
import { frame, windowMsOf } from "../watch/frame.ts";
import type { Look } from "../watch/sawtooth.ts";
import { showUntilLeft } from "../watch/screen.ts";
import { verb } from "./verb.ts";

interface Flags extends StoreFlags {
  readonly plain?: boolean;
  readonly renewals?: boolean;
}

type OnChange = (status: LeaseStatus, change: Change) => void;

export function watch(program: Command): void {
  const command = verb(program, "watch [names...]", {
    summary: "Watch leases live, or one line a change",
    does: "Watch leases: how long each has yet, live, and each change; without names, all there are and will be",
    json: "each change as a line on stdout (tenure schema status)",
    examples: [
      ["tenure watch", "live in a terminal; q leaves"],
      ["tenure watch orders --plain", "one line a change, as in a pipe"],
      ["tenure watch orders --json --renewals", "one status document a change"],
    ],
  })
    .option("--plain", "one line a change, also in a terminal")
    .option("--renewals", "with --plain or --json: renewals are changes too");
  storeOptions(command).action(perform);
}

async function perform(names: readonly string[], flags: Flags): Promise<void> {
  names.forEach((name) => assertLeaseName(name));
  await using context = await openExisting(flags, names.length === 1 ? names[0] : undefined);
  const live = process.stdout.isTTY && flags.plain !== true && flags.json !== true;
  try {
    await interruptible("watching", (signal) => (live ? watchLive : watchLines)(context, names, flags, signal));
  } catch (error) {
    // A signal is how watching ends, and no news.
    if (!(error instanceof InterruptedError)) throw error;
    process.exitCode = error.exitCode;
  }
}

/** One line a change on stdout, until there is no reader any more. */
async function watchLines(
  context: Context,
  names: readonly string[],
  flags: Flags,
  signal: AbortSignal,
): Promise<void> {
  const unread = new AbortController();
  const see = changes(({ name, ...status }, { matters, text }) => {
    if (!matters && flags.renewals !== true) return;
    if (flags.json) printDocument({ ...storeOf(context), leases: [{ name, ...status }] } satisfies StatusDocument);
    else print(`${new Date().toISOString()} ${name} ${text}\n`);
    if (isReadByNobody()) unread.abort();
  });
  const trouble = (why: LeaseError | null): void => tell(`tenure: ${escapeForDisplay(outageInWords(why))}\n`);
  await follow(context, names, { see, trouble }, AbortSignal.any([signal, unread.signal]));
  signal.throwIfAborted();
}

async function watchLive(context: Context, names: readonly string[], _: Flags, signal: AbortSignal): Promise<void> {
  const palette = paletteFor("stdout");
  const leases = new Map<string, Look[]>();
  const told: string[] = [];
  const draw = (columns: number, rows: number): string[] =>
    frame(
      { leases, told, nowMs: performance.now(), wallMs: Date.now(), store: storeOf(context) },
      { columns, rows, palette },
    );
  const left = new AbortController();
  await showUntilLeft(draw, signal, async ({ repaint }) => {
    const note = (text: string): void => {
      told.push(`${clockTime(new Date().toISOString(), Date.now())} ${text}`);
      told.splice(0, told.length - 100);
    };
    const noteChange = changes(({ name }, { matters, text }) => {
      if (matters) note(`${name} ${text}`);
    });
    const see = (status: LeaseStatus): void => {
      const atMs = performance.now();
      const looks = leases.get(status.name) ?? [];
      const oldestMs = atMs - windowMsOf(looks);
      // One look from before the window says what it begins with.
      const kept = Math.max(0, looks.findIndex((look) => look.atMs >= oldestMs) - 1);
      leases.set(status.name, [...looks.slice(kept), { atMs, status }]);
      noteChange(status);
      repaint();
    };
    const trouble = (why: LeaseError | null): void => {
      note(escapeForDisplay(outageInWords(why)));
      repaint();
    };
    await follow(context, names, { see, trouble }, AbortSignal.any([signal, left.signal]));
  }).finally(() => left.abort());
  signal.throwIfAborted();
}

function outageInWords(why: LeaseError | null): string {
  return why === null ? "the store answers again" : `still watching: ${why.message}`;
}

/** Remembers each lease as it was last seen, and tells what is different. */
function changes(onChange: OnChange): (status: LeaseStatus) => void {
  const last = new Map<string, LeaseStatus>();
  return (status) => {
    const change = changeOf(last.get(status.name) ?? null, status);
    last.set(status.name, status);
    if (change !== null) onChange(status, change);
  };
}

function storeOf({ store, settings }: Context): Omit<StatusDocument, "leases"> {
  return { storeId: store.storeId, ...placeOf(settings.values) };
}
