import { fileURLToPath } from "node:url";
import { systemClock } from "@tenure/host";
import type { LeaseRecord } from "@tenure/schema";
import { Running } from "./running.ts";
import type { Started } from "./running.ts";

/** One line of a member; what the invariants are asked about are observations as they stand. */
export interface Said {
  readonly kind: string;
  readonly at: number;
  readonly lease: string;
  readonly holder: string;
  readonly epoch: number;
  readonly pid: number;
  readonly sentAt: number;
  readonly validUntil: number;
  readonly remainingMs: number;
  readonly renewals: number;
  readonly record: LeaseRecord;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly code: string;
  readonly child: number;
  readonly remark: string;
}

export interface MemberOptions {
  readonly folders: { readonly directory: string; readonly floorDirectory: string };
  readonly name: string;
  readonly holderIdentity: string;
  readonly leaseDurationMs: number;
  /** By how much its boot-time clock is ahead of the machine's. */
  readonly bootOffsetMs: number;
  readonly requestTimeoutMs: number;
  readonly renewIntervalMs: number;
  /** A field that this build does not know, written with each record. */
  readonly region?: object;
}

const ofThisBuild = fileURLToPath(new URL("../children/member.mjs", import.meta.url));

export interface MemberStart extends Started {
  /** The command it is started by. */
  readonly wrapper?: readonly string[];
  readonly script?: string;
}

/** A process that leads when it is its turn. */
export class Member {
  readonly running: Running;
  #killedAt: number | undefined;

  constructor(options: MemberOptions, { wrapper = [], script = ofThisBuild, ...started }: MemberStart) {
    this.running = new Running([...wrapper, process.execPath, script, JSON.stringify(options)], started);
  }

  get said(): readonly Said[] {
    return this.running.lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Said);
  }

  tell(order: string): void {
    this.running.tell(order);
  }

  kill(signal: NodeJS.Signals): void {
    if (signal === "SIGKILL") this.#killedAt ??= systemClock().now().boottimeMs;
    this.running.kill(signal);
  }

  /** It alone, not what it started. */
  async killAlone(): Promise<void> {
    const pid = await this.pid();
    this.#killedAt ??= systemClock().now().boottimeMs;
    process.kill(pid, "SIGKILL");
  }

  /** What it said, and the end of a term that it had no time to tell. */
  get testimony(): readonly Said[] {
    const { said } = this;
    const leads = said.findLast(({ kind }) => kind === "granted" || kind === "ended");
    const last = said.at(-1);
    if (leads?.kind !== "granted" || last === undefined || (!this.running.over && this.#killedAt === undefined))
      return said;
    return [...said, { ...leads, kind: "ended", at: this.#killedAt ?? last.at, reason: "died" }];
  }

  /** Its own process number, whatever it is wrapped in. */
  async pid(): Promise<number> {
    return (await this.next("up")).pid;
  }

  /** The first of this kind at or after the given place in what was said. */
  async next(kind: string, from = 0): Promise<Said> {
    return await this.running.until(() => this.said.slice(from).find((said) => said.kind === kind), kind);
  }

  /** Has renewed so many times more from now on. */
  async renews(times: number): Promise<void> {
    const before = this.said.length;
    const done = (): true | undefined =>
      this.said.slice(before).filter(({ kind }) => kind === "renewed").length >= times ? true : undefined;
    await this.running.until(done, `${times} renewals`);
  }

  /** Asks it to do something that the resource may take, and answers with what it says to that. */
  async act(order: "act" | "finish" = "act"): Promise<Said> {
    const before = this.said.length;
    this.tell(order);
    const answer = (): Said | undefined =>
      this.said.slice(before).find(({ kind }) => kind === "write" || kind === "refused");
    return await this.running.until(answer, "an answer");
  }
}
