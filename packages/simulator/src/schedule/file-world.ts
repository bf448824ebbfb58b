import { createLeaseClient, type JournalEntry } from "@tenure/core";
import { proveDeath } from "@tenure/host";
import { LEASE, leaderLife, tokens, type LeaderContext } from "../agents/leader.ts";
import { ledByCommands } from "../agents/one-shot.ts";
import { ownLife, type LeaderUnderTest } from "../agents/own-leader.ts";
import { ledBySideCar } from "../agents/side-car.ts";
import { ledByWatchdog } from "../agents/watchdog.ts";
import type { Recorder } from "../recorder.ts";
import type { Agenda } from "../world/agenda.ts";
import { Children } from "../world/children.ts";
import { noDiskFaults } from "../world/disk-faults.ts";
import { DIRECTORY, FileBacking, RUNS } from "../world/file-backing.ts";
import { JournalTruth } from "../world/journal-truth.ts";
import { codeOf, containerNamespaces, Machine } from "../world/machine.ts";
import { derivedSeed, seededRandom } from "../world/random.ts";
import type { SimProcess } from "../world/sim-process.ts";
import { inspectFiles } from "./inspect-files.ts";
import type { AgentPlan, Plan, WorldEvent } from "./plan.ts";
import { Tampering } from "./tampering.ts";

/** More than a call takes that is not delayed. */
const UNDELAYED_MS = 100;

/** One machine with one disk, on which leaders live, die, and are started again. */
export class FileWorld {
  readonly #plan: Plan;
  readonly #agenda: Agenda;
  readonly #recorder: Recorder;
  readonly #count: (kind: string) => void;
  readonly #machine: Machine;
  readonly #leader: LeaderUnderTest | undefined;
  readonly #backing: FileBacking;
  readonly #truth: JournalTruth;
  readonly #children: Children;
  readonly #tampering: Tampering;
  #journal: readonly JournalEntry[] = [];
  readonly #living: (SimProcess | null)[];
  readonly #containers = new Map<number, number>();
  #quiet = false;
  #stopped = false;
  #poweredUntilMs = 0;

  constructor(plan: Plan, agenda: Agenda, recorder: Recorder, count: (kind: string) => void, leader?: LeaderUnderTest) {
    this.#leader = leader;
    this.#plan = plan;
    this.#agenda = agenda;
    this.#recorder = recorder;
    this.#count = count;
    this.#machine = new Machine(agenda, seededRandom(derivedSeed(plan.seed, 2)), plan.rates[0] ?? 1);
    this.#backing = new FileBacking({
      machine: this.#machine,
      lostNotices: plan.lostNotices,
      segmentBytes: plan.segmentBytes,
      rates: () => (this.#quiet ? noDiskFaults : plan.disk),
      onFault: (kind) => {
        count(kind);
        if (/^(?:append|write) (?!slow)/u.test(kind)) this.#tampering.writeFailed();
        // A segment that is closed is synced only for whoever verifies it later.
        if (kind === "sync fail-before") recorder.forgot = true;
      },
      onLost: () => (recorder.forgot = true),
    });
    const journal = this.#backing.journalOf(DIRECTORY, LEASE);
    this.#truth = new JournalTruth(this.#backing.disk, journal, (record, beginsAnew) => {
      // What was on its way when a journal was taken away may begin one beside another's that was on its way, too.
      if (beginsAnew && recorder.tampered) recorder.withdrawn(LEASE, (epoch) => epoch <= record.epoch);
      recorder.visible(record);
    });
    this.#tampering = new Tampering(this.#backing, this.#truth, recorder, this.#machine);
    this.#living = plan.agents.map(() => null);
    this.#children = new Children({
      machine: this.#machine,
      recorder,
      ledgerFiles: (watchdog) => this.#backing.ledgerFiles(watchdog),
      work: (child, epoch) => void this.#backing.writeAgain(child, LEASE, epoch),
      isQuiet: () => this.#quiet,
      onFault: count,
    });
  }

  start(): void {
    for (const [index, agent] of this.#plan.agents.entries())
      this.#agenda.at(agent.startMs, () => this.#startAgent(index));
  }

  apply(event: WorldEvent): void {
    const backing = this.#backing;
    const { troubles } = backing;
    switch (event.kind) {
      case "kill":
        return this.#living[event.agent]?.kill();
      case "terminate":
        return this.#living[event.agent]?.signal("SIGTERM");
      case "kill-child":
        return this.#childOf(event.agent)?.signal("SIGKILL");
      case "stop-child":
        return this.#childOf(event.agent)?.stop(event.forMs);
      case "wedge-child":
        return this.#childOf(event.agent)?.wedge(event.forMs);
      case "pause":
        return this.#living[event.agent]?.stop(event.forMs);
      case "stall":
        return this.#living[event.agent]?.stall(event.forMs);
      case "move":
        this.#containers.set(event.agent, event.container);
        return this.#living[event.agent]?.kill();
      case "reboot":
        this.#goDown(event.downMs);
        return backing.reboot();
      case "starve":
        return this.#living[event.agent]?.starve(event.latenessMs, event.forMs);
      case "suspend":
        return this.#machine.clock.fallAsleep(event.forMs);
      case "step-wall":
        return this.#machine.clock.stepWall(event.byMs);
      case "change-rate":
        this.#machine.changeRate(event.rate);
        return this.#recorder.rateChanged(this.#machine);
      case "power-cut":
        return this.#powerCut(event.downMs);
      case "exhaust-descriptors":
        return this.#living[event.agent]?.exhaust(event.forMs);
      case "hang-disk":
        troubles.hungUntilMs = Math.max(troubles.hungUntilMs, this.#agenda.nowMs + event.forMs);
        return;
      case "fill-disk":
        troubles.full = true;
        this.#tampering.writeFailed();
        return void this.#agenda.after(event.forMs, () => (troubles.full = false));
      case "read-only":
        troubles.readOnly = true;
        this.#tampering.writeFailed();
        return void this.#agenda.after(event.forMs, () => (troubles.readOnly = false));
      case "delete-state":
        return this.#tampering.spoilState(() => backing.deleteState());
      case "delete-floor":
        return this.#tampering.deleteFloor();
      case "back-up":
        return this.#tampering.backUp();
      case "restore":
        return this.#tampering.restore();
      case "copy-state":
        this.#recorder.cut = true;
        return backing.copy(LEASE, (record) => this.#recorder.visible(record));
      case "replace-state":
        return void this.#replaceState();
      case "truncate":
        return this.#tampering.spoilState(() => backing.truncate(event.bytes));
      case "garbage":
        return backing.append(event.text);
      case "leave-zombies":
        this.#machine.leavesZombies = true;
        return;
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
      case "status":
        return this.#status();
      case "partition":
      case "slow-network":
      case "failover":
      case "restore-server":
      case "overwrite":
      case "ramp":
        return;
    }
  }

  /** Ends every fault, and sees that all agents live. */
  quieten(): void {
    this.#quiet = true;
    Object.assign(this.#backing.troubles, { full: false, readOnly: false });
    for (const process of this.#machine.processes) {
      process.starve(0, 0);
      process.exhaust(0);
    }
    if (!this.#recorder.tampered) return;
    void this.#repair();
    // A write that was under way may come into what was spoilt, when it has been looked at already.
    this.#agenda.after(this.#plan.disk.longestDelayMs + UNDELAYED_MS, () => void this.#repair());
  }

  /** A journal that somebody spoiled is refused, until a person does what the message says. */
  async #repair(): Promise<void> {
    const probe = this.#machine.spawn({ serviceName: "doctor" });
    try {
      await (await this.#backing.open(probe, true)).read(LEASE);
    } catch (error) {
      if (codeOf(error) !== "ESTATECORRUPT") return;
      this.#count("repair");
      this.#tampering.moveJournalAway();
    } finally {
      probe.kill();
    }
  }

  /** True time from which everything is awake. */
  get awakeFromMs(): number {
    const stopped = this.#machine.processes.map(({ runsFromMs, undyingUntilMs }) =>
      Math.max(runsFromMs, undyingUntilMs),
    );
    const { asleepUntilMs } = this.#machine.clock;
    return Math.max(
      this.#agenda.nowMs,
      asleepUntilMs,
      this.#backing.troubles.hungUntilMs,
      this.#poweredUntilMs,
      ...stopped,
    );
  }

  /** Nobody acts any more. */
  stop(): void {
    this.#stopped = true;
    for (const process of this.#machine.processes) process.kill();
  }

  /** As `inspect` found it. */
  get journal(): readonly JournalEntry[] {
    return this.#journal;
  }

  /** What the journal and the resource tell in the end. */
  async inspect(): Promise<void> {
    try {
      this.#journal = await inspectFiles(this.#backing, this.#machine.spawn(), this.#recorder);
    } catch (error) {
      this.#count(`inspect ${codeOf(error)}`);
      const { tampered, forgot } = this.#recorder;
      if (!tampered && !forgot)
        this.#recorder.note({ kind: "record-read", at: this.#agenda.nowMs, lease: LEASE, whole: false });
    }
  }

  #startAgent(index: number): void {
    const plan = this.#plan.agents[index];
    if (plan === undefined || this.#living[index]?.alive === true || this.#agenda.nowMs < this.#poweredUntilMs) return;
    if (this.#stopped) return;
    const container = this.#containers.get(index) ?? plan.container;
    const process = this.#machine.spawn({
      serviceName: `agent-${index}`,
      recycle: plan.recyclesPid,
      ...(container !== null && { namespaces: containerNamespaces(container) }),
    });
    if (plan.recyclesPid) this.#count("recycled-pid");
    if (container !== null) this.#count("container");
    this.#living[index] = process;
    const downMs = (): number => (this.#quiet ? 1 : plan.downMs);
    process.onDeath(() => {
      this.#count("death");
      const fromMs = Math.max(this.#agenda.nowMs + downMs(), this.#poweredUntilMs);
      this.#agenda.at(fromMs, () => this.#startAgent(index));
    });
    void this.#live(process, plan);
  }

  async #live(process: SimProcess, plan: AgentPlan): Promise<void> {
    let storeId = "";
    if (plan.manner !== "library") this.#count(plan.manner);
    const context: LeaderContext = {
      process,
      spawn: () => this.#machine.spawn({ namespaces: process.namespaces }),
      sightings: (other) => this.#backing.sightings(other),
      plan,
      recorder: this.#recorder,
      openStore: async (other) => {
        const store = await (plan.inCopy === true ? this.#backing.openCopy(other) : this.#backing.open(other));
        ({ storeId } = store);
        return store;
      },
      write: (epoch) => this.#backing.write(process, { storeId }, LEASE, epoch),
      isQuiet: () => this.#quiet,
      onTrouble: (error) => this.#count(`told ${codeOf(error)}`),
    };
    const { child } = plan;
    const { restarts } = this.#plan;
    if (plan.manner === "watchdog" && child !== undefined && restarts !== undefined) {
      const children = this.#children;
      return await ledByWatchdog({ ...context, children, child, restarts, directory: RUNS });
    }
    const leader = this.#leader;
    const libraryLife = leader === undefined ? leaderLife : (own: LeaderContext) => ownLife(own, leader);
    const live = plan.manner === "side-car" ? ledBySideCar : plan.manner === "one-shot" ? ledByCommands : libraryLife;
    await live(context);
  }

  #childOf(agent: number): SimProcess | undefined {
    return this.#children.of(this.#living[agent])?.main;
  }

  #powerCut(downMs: number): void {
    // The end of the journal would go, and the floor is gone: both copies of an epoch that nobody was told of.
    if (this.#tampering.isFloorGone) return;
    this.#recorder.cut = true;
    if (this.#recorder.forgot) this.#recorder.pauseMayBeOver(LEASE);
    this.#goDown(downMs);
    this.#backing.powerCut();
    this.#truth.reload();
    if (this.#truth.record === null) this.#recorder.showingNothing(LEASE);
    else this.#recorder.showing(this.#truth.record);
    // Before anybody else: what is found there. Of cuts that come while the power is off, the last one's.
    const untilMs = this.#poweredUntilMs;
    this.#agenda.at(untilMs, () => {
      if (untilMs === this.#poweredUntilMs) void this.#lookAtWreck();
    });
  }

  #goDown(downMs: number): void {
    this.#poweredUntilMs = this.#agenda.nowMs + downMs;
    this.#machine.reboot();
    for (const index of this.#plan.agents.keys())
      this.#agenda.at(this.#poweredUntilMs + index + 1, () => this.#startAgent(index));
  }

  async #lookAtWreck(): Promise<void> {
    if (this.#recorder.tampered) return;
    const at = this.#agenda.nowMs;
    const position = this.#recorder.positionOf(this.#truth.record?.nonce);
    try {
      const store = await this.#backing.open(this.#machine.spawn(), true);
      const { record, epochFloor } = await store.read(LEASE);
      const found = record === null ? 0 : this.#recorder.positionOf(record.nonce);
      if (this.#agenda.nowMs < this.#poweredUntilMs || this.#recorder.tampered) return;
      this.#recorder.note({ kind: "recovered", at, lease: LEASE, position: Math.min(position, found), epochFloor });
      await store.close();
    } catch (error) {
      if (this.#recorder.tampered) return;
      this.#count(`wreck ${codeOf(error)}`);
      // What the disk has lost is refused, until a person does what the message says.
      if (this.#recorder.forgot && codeOf(error) === "ESTATECORRUPT") return await this.#repair();
      this.#recorder.note({ kind: "recovered", at, lease: LEASE, position: 0, epochFloor: 0 });
    }
  }

  /** Somebody puts another store's files where this one's were. */
  async #replaceState(): Promise<void> {
    const operator = this.#machine.spawn({ serviceName: "operator" });
    const files = await this.#backing.anothers(operator, LEASE);
    operator.kill();
    this.#tampering.replaceState(files);
  }

  #operate(act: (client: ReturnType<typeof createLeaseClient>) => Promise<unknown>): void {
    const process = this.#machine.spawn({ serviceName: "operator" });
    const work = async (): Promise<void> => {
      const store = this.#recorder.recording(await this.#backing.open(process), process);
      const { clock, identity } = process;
      const client = createLeaseClient({
        store,
        clock,
        identity: { holderIdentity: "operator", holder: identity },
        randomToken: tokens(`operator-${identity.instanceId}`),
        proveDeath: (other, options) => proveDeath(other, options, process.procReader),
      });
      await act(client);
    };
    void work()
      .catch(() => this.#count("operator-failed"))
      .finally(() => process.kill());
  }

  #status(): void {
    const asOf = this.#agenda.nowMs;
    this.#operate(async (client) => {
      const { holderIdentity, nonce, epoch: named } = await client.status(LEASE);
      // Where no record stands, status names the floor.
      const epoch = nonce === null ? 0 : named;
      const { record } = this.#truth;
      if (this.#recorder.tampered) return;
      const holder = holderIdentity === record?.holderIdentity ? (record?.holder?.instanceId ?? null) : holderIdentity;
      this.#recorder.note({ kind: "told", at: this.#agenda.nowMs, lease: LEASE, asOf, holder, epoch });
    });
  }
}
