import type { Lease } from "../src/index.ts";
import { elapsedAtMostMs, resolveTiming } from "../src/index.ts";
import type { Fault, FaultyCall } from "../src/testing/index.ts";
import { World, type Party } from "./world.ts";

/** How a run goes wrong: how often each thing happens, so that every run is bad in its own way. */
export interface Schedule {
  readonly seed: number;
  /** Chances of a fault for one call of a store. */
  readonly fail: number;
  readonly unknown: number;
  readonly drop: number;
  readonly delay: number;
  readonly longestDelayMs: number;
  /** Chances of an event for one party in one second. */
  readonly suspend: number;
  readonly stall: number;
  readonly step: number;
  readonly kill: number;
  readonly leave: number;
  readonly neglect: number;
  readonly deleteRecord: number;
  readonly mark: number;
  readonly provable: boolean;
}

export interface Outcome {
  readonly violations: string[];
  readonly terms: number;
  readonly losses: string[];
}

const PARTIES = 3;
const DISTURBED_S = 90;
const CALM_S = 45;
const RATES = [0.9902, 1, 1.0098];
const timing = resolveTiming();

interface Actor {
  readonly party: Party;
  lease: Lease | null;
  dead: boolean;
  /** Still holds, and renews no more. */
  neglects: boolean;
}

/** Runs several leaders against one store in virtual time, and reports every broken promise. */
export async function runSchedule(schedule: Schedule): Promise<Outcome> {
  const world = new World();
  const chance = random(schedule.seed);
  const violations: string[] = [];
  const losses: string[] = [];
  const actors: Actor[] = [];
  let disturbed = true;
  let highestEpoch = 0;
  let terms = 0;
  let joined = 0;

  const violate = (what: string): void =>
    void violations.push(`seed ${schedule.seed}, ${Math.round(world.time.nowMs)} ms: ${what}`);

  function join(): void {
    const rate = RATES[Math.floor(chance() * RATES.length)] ?? 1;
    joined += 1;
    // Two of three share one identity: it must grant them nothing.
    const party = world.join(joined % 3 === 0 ? "solo" : "twin", { rate });
    party.store.faultPolicy = fault;
    const actor: Actor = { party, lease: null, dead: false, neglects: false };
    actors.push(actor);
    void act(actor);
  }

  function fault(call: FaultyCall): Fault | undefined {
    if (!disturbed) return undefined;
    const draw = chance();
    const bounds = [schedule.fail, schedule.unknown, schedule.drop, schedule.delay];
    const at = bounds.findIndex((_, index) => draw < bounds.slice(0, index + 1).reduce((sum, part) => sum + part, 0));
    if (at === 0) return { kind: "fail" };
    if (at === 1) return { kind: "fail-after" };
    if (at === 2 && call !== "watch") return { kind: "drop-reply" };
    if (at < 2) return undefined;
    const late = chance() * schedule.longestDelayMs;
    return chance() < 0.5 ? { kind: "delay", beforeMs: late } : { kind: "delay", afterMs: late };
  }

  async function act(actor: Actor): Promise<void> {
    while (!actor.dead) {
      try {
        const lease = await actor.party.client.acquire("job");
        if (actor.dead) return;
        actor.lease = lease;
        actor.neglects = false;
        granted(actor, lease);
        await lead(actor, lease);
      } catch (error) {
        violate(`acquire rejected: ${String(error)}`);
        return;
      }
    }
  }

  async function lead(actor: Actor, lease: Lease): Promise<void> {
    while (!lease.signal.aborted && !actor.dead) {
      await sleep(actor, timing.renewIntervalMs * (1 + 0.2 * chance()));
      if (actor.dead || actor.neglects) break;
      await lease.renew().then(
        () => alone(actor, lease, 0),
        () => {},
      );
    }
    if (actor.dead) return;
    // The event is past where it was released and is neglected at once.
    if (actor.neglects && !lease.signal.aborted)
      await new Promise<void>((resolve) => lease.signal.addEventListener("abort", () => resolve()));
    losses.push((lease.signal.reason as { reason: string }).reason);
    if (chance() < 0.5) await lease.release().catch(() => {});
  }

  /** A window opens: no other may be open, and where nobody ended it, the other had its time to stop. */
  function granted(actor: Actor, lease: Lease): void {
    terms += 1;
    if (lease.epoch <= highestEpoch) violate(`epoch ${lease.epoch} after ${highestEpoch}`);
    highestEpoch = Math.max(highestEpoch, lease.epoch);
    const wasHeld = typeof lease.predecessor?.holderIdentity === "string";
    alone(actor, lease, wasHeld ? timing.stopTimeoutMs : 0);
  }

  function alone(actor: Actor, lease: Lease, stopMs: number): void {
    if (lease.remainingMs() <= 0) return;
    for (const other of actors) {
      if (other === actor || other.lease === null || other.dead) continue;
      if (other.lease.remainingMs() > 0) violate(`epochs ${lease.epoch} and ${other.lease.epoch} are both valid`);
      const isReleased = ["released", "transferred", "revoked"].includes(reasonOf(other.lease));
      const elapsedMs = elapsedAtMostMs(other.lease.renewedAt, other.party.clock.now());
      if (
        stopMs > 0 &&
        !isReleased &&
        other.lease.epoch === lease.epoch - 1 &&
        elapsedMs < timing.renewDeadlineMs + stopMs
      ) {
        violate(`epoch ${other.lease.epoch} had no time to stop before ${lease.epoch}`);
      }
    }
  }

  function disturb(actor: Actor): void {
    const { clock } = actor.party;
    if (chance() < schedule.suspend) clock.fallAsleep(chance() * 40_000);
    if (chance() < schedule.stall) clock.standStill(chance() * 20_000);
    if (chance() < schedule.step) clock.stepWall((chance() - 0.5) * 7_200_000);
    if (chance() < schedule.neglect) actor.neglects = true;
    if (chance() < schedule.leave) void actor.lease?.release().catch(() => {});
    if (chance() < schedule.kill) {
      actor.dead = true;
      world.kill(actor.party, schedule);
      join();
    }
  }

  async function meddle(): Promise<void> {
    if (chance() < schedule.deleteRecord) world.memory.tamper("job", null);
    if (chance() < schedule.mark) {
      const ops = world.join("ops").client;
      await (chance() < 0.5 ? ops.revoke("job", "stuck") : ops.requestTransfer("job", "solo")).catch(() => {});
    }
  }

  function sleep({ party, lease }: Actor, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        lease?.signal.removeEventListener("abort", done);
        resolve();
      };
      party.clock.startTimer(ms, done);
      lease?.signal.addEventListener("abort", done);
    });
  }

  for (let count = 0; count < PARTIES; count++) join();
  for (let second = 0; second < DISTURBED_S; second++) {
    await world.time.advance(1000);
    for (const actor of actors.slice()) if (!actor.dead) disturb(actor);
    await meddle();
  }
  disturbed = false;
  for (const { party } of actors) party.store.faultPolicy = undefined;
  // Whatever is asleep or stands still wakes within this.
  await world.time.advance((40 + CALM_S) * 1000);
  for (const { lease, dead } of actors) {
    if (dead || lease === null) continue;
    if (lease.remainingMs() <= 0 && !lease.signal.aborted) violate(`the loss of epoch ${lease.epoch} was never told`);
  }
  const leading = actors.filter(({ lease, dead }) => !dead && (lease?.remainingMs() ?? 0) > 0);
  if (leading.length !== 1) violate(`${leading.length} lead after the faults have stopped`);
  return { violations, terms, losses };
}

function reasonOf(lease: Lease): string {
  return lease.signal.aborted ? (lease.signal.reason as { reason: string }).reason : "";
}

/** mulberry32: small, fast, and the same everywhere. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
