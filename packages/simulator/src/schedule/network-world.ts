import { createLeaseClient, Fence, MemoryFenceStorage, type FenceStorage, type JournalEntry } from "@tenure/core";
import { LEASE, leaderLife, tokens, type LeaderContext } from "../agents/leader.ts";
import { ownLife, type LeaderUnderTest } from "../agents/own-leader.ts";
import type { Recorder } from "../recorder.ts";
import type { Agenda } from "../world/agenda.ts";
import { codeOf, Machine } from "../world/machine.ts";
import { NetworkStore, type Link } from "../world/network-store.ts";
import { derivedSeed, seededRandom, type Random } from "../world/random.ts";
import type { SimProcess } from "../world/sim-process.ts";
import { SimServer } from "../world/sim-server.ts";
import type { Plan, WorldEvent } from "./plan.ts";

interface Place {
  readonly machine: Machine;
  /** The highest epoch seen there, as its disk keeps it. */
  seenEpoch: number;
  process: SimProcess | null;
  cutUntilMs: number;
  offUntilMs: number;
}

/** Every message takes up to so much longer; one that grows begins with nothing. */
const NO_SLOWNESS = { sinceMs: 0, untilMs: 0, upToMs: 0, grows: false };
const NO_FAULTS = { dropRequest: 0, dropResponse: 0, delay: 0, longestDelayMs: 0 };

/** A machine for each leader, with clocks of its own, and one server between them. */
export class NetworkWorld {
  readonly #plan: Plan;
  readonly #agenda: Agenda;
  readonly #recorder: Recorder;
  readonly #count: (kind: string) => void;
  readonly #random: Random;
  readonly #server: SimServer;
  readonly #places: readonly Place[];
  readonly #office: Machine;
  readonly #leader: LeaderUnderTest | undefined;
  readonly #fence: Fence;
  #quiet = false;
  #stopped = false;
  #slowness = { ...NO_SLOWNESS };
  /** The highest one that a server which was put back has forgotten. */
  #lostEpoch = 0;
  /** Whoever led by a lost epoch may hear until then that it was renewed before. */
  #lostUntilMs = 0;

  constructor(plan: Plan, agenda: Agenda, recorder: Recorder, count: (kind: string) => void, leader?: LeaderUnderTest) {
    this.#leader = leader;
    this.#plan = plan;
    this.#agenda = agenda;
    this.#recorder = recorder;
    this.#count = count;
    this.#random = seededRandom(derivedSeed(plan.seed, 3));
    this.#server = new SimServer(agenda, LEASE, (record) => recorder.visible(record));
    this.#places = plan.agents.map((_, index) => ({
      machine: new Machine(agenda, this.#random, plan.rates[index] ?? 1, index + 2),
      process: null,
      seenEpoch: 0,
      cutUntilMs: 0,
      offUntilMs: 0,
    }));
    this.#office = new Machine(agenda, this.#random, 1, 99);
    this.#fence = new Fence({
      storeId: this.#server.storeId,
      name: LEASE,
      storage: new MemoryFenceStorage(),
      clock: this.#office.clock,
    });
  }

  start(): void {
    for (const [index, { startMs }] of this.#plan.agents.entries())
      this.#agenda.at(startMs, () => this.#startAgent(index));
  }

  apply(event: WorldEvent): void {
    switch (event.kind) {
      case "kill":
        return this.#places[event.agent]?.process?.kill();
      case "pause":
        return this.#places[event.agent]?.process?.stop(event.forMs);
      case "starve":
        return this.#places[event.agent]?.process?.starve(event.latenessMs, event.forMs);
      case "suspend":
        return this.#random.pick(this.#places).machine.clock.fallAsleep(event.forMs);
      case "step-wall":
        return this.#random.pick(this.#places).machine.clock.stepWall(event.byMs);
      case "partition": {
        const place = this.#places[event.agent];
        if (place !== undefined) place.cutUntilMs = Math.max(place.cutUntilMs, this.#agenda.nowMs + event.forMs);
        return;
      }
      case "slow-network":
      case "ramp": {
        const sinceMs = this.#agenda.nowMs;
        const { kind, forMs, upToMs } = event;
        this.#slowness = { sinceMs, untilMs: sinceMs + forMs, upToMs, grows: kind === "ramp" };
        return;
      }
      case "change-rate": {
        const machine = this.#places[event.agent]?.machine;
        machine?.changeRate(event.rate);
        return machine && this.#recorder.rateChanged(machine);
      }
      case "stall":
        return this.#places[event.agent]?.process?.stall(event.forMs);
      case "reboot": {
        const place = this.#places[event.agent];
        if (place === undefined) return;
        place.offUntilMs = this.#agenda.nowMs + event.downMs;
        return place.machine.reboot();
      }
      case "failover":
        return this.#tamper(() => this.#server.failOver(event.lostMs));
      case "restore-server":
        return this.#restore(event.lostMs);
      case "overwrite":
        return this.#tamper(() => {
          if (this.#server.overwrite(event.what)) this.#count(`overwritten: ${event.what}`);
        });
      case "revoke":
        return this.#operate((client) => client.revoke(LEASE, "an operator said so"));
      case "pause-lease": {
        const pause = { expiresAfterMs: event.forMs, reason: "maintenance" };
        return this.#operate((client) => this.#recorder.ordering(LEASE, event.forMs, () => client.pause(LEASE, pause)));
      }
      case "resume-lease":
        return this.#operate((client) => this.#recorder.ordering(LEASE, null, () => client.resume(LEASE)));
      case "request-transfer":
        return this.#operate((client) => client.requestTransfer(LEASE, event.to, event));
      case "terminate":
      case "kill-child":
      case "stop-child":
      case "wedge-child":
      case "status":
      case "exhaust-descriptors":
      case "power-cut":
      case "hang-disk":
      case "fill-disk":
      case "read-only":
      case "delete-state":
      case "delete-floor":
      case "back-up":
      case "restore":
      case "move":
      case "copy-state":
      case "replace-state":
      case "truncate":
      case "garbage":
      case "leave-zombies":
        return;
    }
  }

  #tamper(act: () => void): void {
    this.#recorder.tampered = true;
    this.#recorder.pauseMayBeOver(LEASE);
    act();
    if (this.#server.record !== null) this.#recorder.showing(this.#server.record);
  }

  /**
   * The server goes back, and its floor with it. Whoever saw more does not believe it; on a machine where nobody did, its epochs come again, and
   * nobody there waits for a holder of whom nothing is left.
   */
  #restore(lostMs: number): void {
    const { epochFloor, floorWaitMs } = this.#server.read();
    if (this.#places.some(({ seenEpoch }) => seenEpoch < epochFloor)) {
      this.#count("restored unseen");
      this.#recorder.notPromised.add("I1").add("I2");
    } else this.#count("restored seen");
    this.#lostEpoch = Math.max(this.#lostEpoch, epochFloor);
    this.#lostUntilMs = this.#agenda.nowMs + floorWaitMs;
    this.#tamper(() => this.#server.restore(lostMs));
  }

  /** What the message of those who saw more says: once nobody acts under the lost epochs any more, the floor is raised. */
  #raiseFloor(): void {
    const mayAct = this.#recorder.somebodyLeads || this.#agenda.nowMs < this.#lostUntilMs;
    if (mayAct) this.#agenda.after(100, () => this.#raiseFloor());
    else this.#server.raiseFloor(this.#lostEpoch);
  }

  quieten(): void {
    if (!this.#quiet && this.#lostEpoch > 0) this.#raiseFloor();
    this.#quiet = true;
    this.#slowness = { ...NO_SLOWNESS };
    for (const place of this.#places) {
      place.cutUntilMs = 0;
      place.process?.starve(0, 0);
    }
  }

  get awakeFromMs(): number {
    return Math.max(
      this.#agenda.nowMs,
      ...this.#places.map(({ machine, process }) => Math.max(machine.clock.asleepUntilMs, process?.runsFromMs ?? 0)),
    );
  }

  stop(): void {
    this.#stopped = true;
    for (const { process } of this.#places) process?.kill();
  }

  get journal(): readonly JournalEntry[] {
    return this.#recorder.tampered ? [] : this.#server.journal;
  }

  inspect(): Promise<void> {
    const at = this.#agenda.nowMs;
    if (this.#recorder.tampered) return Promise.resolve();
    let previous: string | null = null;
    for (const { revision, record } of this.#server.journal) {
      this.#recorder.note({ kind: "line-written", at, lease: LEASE, hash: revision, previous, nonce: record.nonce });
      previous = revision;
    }
    return Promise.resolve();
  }

  #startAgent(index: number): void {
    const plan = this.#plan.agents[index];
    const place = this.#places[index];
    if (plan === undefined || place === undefined || this.#stopped) return;
    if (this.#agenda.nowMs < place.offUntilMs)
      return void this.#agenda.at(place.offUntilMs, () => this.#startAgent(index));
    const process = place.machine.spawn({ serviceName: `agent-${index}`, recycle: plan.recyclesPid });
    place.process = process;
    process.onDeath(() => {
      this.#count("death");
      this.#agenda.after(this.#quiet ? 1 : plan.downMs, () => this.#startAgent(index));
    });
    const store = new NetworkStore(this.#server, process, this.#linkOf(place), this.#seenAt(place));
    const context: LeaderContext = {
      process,
      spawn: () => place.machine.spawn(),
      sightings: () => undefined,
      plan,
      recorder: this.#recorder,
      openStore: () => Promise.resolve(store),
      write: (epoch) => this.#write(epoch),
      isQuiet: () => this.#quiet,
      onTrouble: (error) => this.#count(`told ${codeOf(error)}`),
    };
    void (this.#leader === undefined ? leaderLife(context) : ownLife(context, this.#leader));
  }

  /** Kept only where it can come to matter: it takes time. */
  #seenAt(place: Place): FenceStorage | undefined {
    if (!this.#plan.events.some(({ kind }) => kind === "restore-server")) return undefined;
    return {
      load: () => Promise.resolve(place.seenEpoch),
      raise: (_key, epoch) => Promise.resolve((place.seenEpoch = Math.max(place.seenEpoch, epoch))),
    };
  }

  #linkOf(place: Place): Link {
    return {
      rates: () => (this.#quiet ? NO_FAULTS : this.#plan.network),
      isCut: () => this.#agenda.nowMs < place.cutUntilMs,
      slownessMs: () => this.#slownessMs(),
      lostNotices: () => (this.#quiet ? 0 : this.#plan.lostNotices),
      onFault: this.#count,
    };
  }

  #slownessMs(): number {
    const { sinceMs, untilMs, upToMs, grows } = this.#slowness;
    const { nowMs } = this.#agenda;
    if (nowMs >= untilMs) return 0;
    return grows ? (upToMs * (nowMs - sinceMs)) / (untilMs - sinceMs) : upToMs;
  }

  /** The resource checks and takes a write in one step, whenever it arrives. */
  #write(epoch: number): Promise<void> {
    this.#agenda.after(this.#random.next() * 5, () => {
      void this.#fence.raise(epoch).then(
        () => this.#recorder.note({ kind: "write-accepted", at: this.#agenda.nowMs, resource: "resource", epoch }),
        () => this.#count("fenced"),
      );
    });
    return Promise.resolve();
  }

  #operate(act: (client: ReturnType<typeof createLeaseClient>) => Promise<unknown>): void {
    const process = this.#office.spawn({ serviceName: "operator" });
    const place: Place = { machine: this.#office, process, seenEpoch: 0, cutUntilMs: 0, offUntilMs: 0 };
    const client = createLeaseClient({
      store: this.#recorder.recording(new NetworkStore(this.#server, process, this.#linkOf(place)), process),
      clock: process.clock,
      identity: { holderIdentity: "operator", holder: process.identity },
      randomToken: tokens(`operator-${process.identity.instanceId}`),
    });
    void act(client)
      .catch(() => this.#count("operator-failed"))
      .finally(() => process.kill());
  }
}
