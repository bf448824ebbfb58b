import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createLeaseClient } from "@tenure/core";
import { processOf, thisHost } from "@tenure/host";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { buildShim } from "./support/machine.ts";
import { Place, COMMAND } from "./support/place.ts";
import type { Running } from "./support/running.ts";

const AT_ONCE = 3;
// What was intended and perhaps not published is waited out.
const timing = { leaseDurationMs: 3_000, renewIntervalMs: 300, requestTimeoutMs: 750 };

interface Verb {
  readonly verb: string;
  /** Whether somebody held the lease before, with epoch 1. */
  readonly held: boolean;
  readonly args: (pid: string) => readonly string[];
  /** Calls that change something, at least. */
  readonly callsMin: number;
}

const acquire = (pid: string): readonly string[] => ["acquire", "jobs", "--holder", "a", "--ttl", "3s", "--pid", pid];
const release = (): readonly string[] => ["release", "jobs", "--holder", "a", "--epoch", "1"];
const verbs: Verb[] = [
  { verb: "acquire", held: false, args: acquire, callsMin: 20 },
  { verb: "release", held: true, args: release, callsMin: 3 },
  { verb: "run", held: false, args: () => ["run", "jobs", "--holder", "a", "--ttl", "3s", "--", "true"], callsMin: 20 },
];

/** What one command left when it was killed. */
interface Left {
  readonly where: string;
  readonly place: Place;
  readonly running: Running;
}

describe("a command killed before or after any call that changes a file leaves the old record or the new one, and the next goes on", () => {
  for (const { verb, held, args, callsMin } of verbs) {
    test(`P2 F2 ${verb}`, async (context) => {
      const library = buildShim(context, "../../../disk/native/deadly-shim.c");
      const actor = startIdle();
      const attempt = async (at: number, when: string): Promise<Left> => {
        const place = new Place();
        if (held) await hold(place, actor.pid ?? 0);
        const { directory, floorDirectory } = place.folders;
        const running = place.start([process.execPath, COMMAND, ...args(String(actor.pid))], {
          LD_PRELOAD: library,
          DEADLY_IN: `${directory}:${floorDirectory}`,
          DEADLY_AT: String(at),
          DEADLY_WHEN: when,
          DEADLY_COUNT: join(place.folder, "count"),
        });
        await running.ended;
        return { where: `killed ${when} call ${at}`, place, running };
      };
      // First without an end, to know how many calls there are.
      const whole = await attempt(0, "before");
      const calls = Number(readFileSync(join(whole.place.folder, "count"), "utf8"));
      expect(calls).toBeGreaterThanOrEqual(callsMin);
      const points = Array.from({ length: calls }, (_, call) => call + 1).flatMap((at) => [
        { at, when: "before" },
        { at, when: "after" },
      ]);
      const left: Left[] = [];
      const work = async (): Promise<void> => {
        for (let point = points.shift(); point !== undefined; point = points.shift())
          left.push(await attempt(point.at, point.when));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      const codes = await Promise.all(left.map(async ({ running }) => (await running.ended).code));
      expect(codes.filter((code) => code === 137).length).toBeGreaterThan(calls);
      // All who ever held a lease here are dead from now on.
      await end(actor);
      await Promise.all([whole, ...left].map((each) => judge(each, held)));
    }, 120_000);
  }
});

async function judge({ where, place, running }: Left, held: boolean): Promise<void> {
  const store = await place.open();
  const entries = [];
  for await (const entry of store.journal(place.name)) entries.push(entry.record);
  const found = (await store.read(place.name)).record;
  if (held) expect(found, where).toMatchObject({ epoch: 1 });
  else expect(found === null || found.epoch === 1, where).toBe(true);
  const { output } = await running.ended;
  // What it had told is not taken back.
  if (/^acquired/mu.test(output)) expect(found?.holderIdentity, where).toBe("a");
  if (/^released/mu.test(output)) expect(found?.holderIdentity, where).toBeNull();
  expect((await store.verify(place.name)).problems, where).toEqual([]);
  const client = createLeaseClient({ ...thisHost(), store, timing });
  const next = await client.acquire(place.name, { timeoutMs: 20_000 });
  expect(next.epoch, where).toBeGreaterThan(Math.max(0, ...entries.map(({ epoch }) => epoch)));
  await next.release();
  await store.close();
  const mirror = join(place.folders.directory, `${place.name}.json`);
  // To close waits for it a second at most: it never keeps anybody long.
  await vi.waitFor(
    () =>
      expect(JSON.parse(readFileSync(mirror, "utf8")), where).toMatchObject({
        epoch: next.epoch,
        holderIdentity: null,
      }),
    { timeout: 20_000 },
  );
}

async function hold(place: Place, pid: number): Promise<void> {
  const host = thisHost({ holderIdentity: "a" });
  const store = await place.open();
  const identity = { holderIdentity: "a", holder: processOf(pid) };
  await createLeaseClient({ ...host, identity, store, timing }).acquire(place.name);
  await store.close();
}

function startIdle(): ChildProcess {
  const idle = spawn("sleep", ["1000"], { stdio: "ignore" });
  onTestFinished(() => end(idle));
  return idle;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
