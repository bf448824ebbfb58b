import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Fence, LeaseError, MemoryFenceStorage } from "@tenure/core";
import { checkInvariants, evidenceFor, visibleIn } from "@tenure/history";
import type { InvariantId, Observation } from "@tenure/history";
import { systemClock } from "@tenure/host";
import { openFileStore } from "@tenure/store-file";
import type { FileStore, FileStoreOptions } from "@tenure/store-file";
import { expect, onTestFinished } from "vitest";
import { Member } from "./member.ts";
import type { MemberOptions, MemberStart } from "./member.ts";
import { Running } from "./running.ts";

/** The built command. */
export const COMMAND: string = fileURLToPath(new URL("../../../../apps/cli/dist/tenure.cjs", import.meta.url));

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tenure-faults-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

export type MemberSettings = Partial<Omit<MemberOptions, "folders"> & Omit<MemberStart, "cwd">>;

const observed: ReadonlySet<string> = new Set(["granted", "renewed", "ended", "write-accepted"]);

/** One lease of one state folder, those who would lead, and the resource they write to. Ends with the test. */
export class Place {
  readonly name = "jobs";
  readonly folder: string = temporaryFolder();
  readonly folders: { readonly directory: string; readonly floorDirectory: string };
  readonly #members: Member[] = [];
  readonly #writes: Observation[] = [];
  readonly #storage = new MemoryFenceStorage();

  constructor(state?: string) {
    this.folders = { directory: state ?? join(this.folder, "state"), floorDirectory: join(this.folder, "floor") };
  }

  get env(): NodeJS.ProcessEnv {
    const { directory, floorDirectory } = this.folders;
    const { PATH } = process.env;
    return {
      PATH: `${PATH}:/usr/sbin:/sbin`,
      HOME: this.folder,
      TENURE_DIR: directory,
      TENURE_FLOOR_DIR: floorDirectory,
    };
  }

  member(holderIdentity: string, { wrapper = [], script, env, ...options }: MemberSettings = {}): Member {
    const { folders, name } = this;
    const { leaseDurationMs = 2_000 } = options;
    // A request may take longer than by default: these tests keep the machine busy.
    const timing = { leaseDurationMs, renewIntervalMs: leaseDurationMs / 10, requestTimeoutMs: leaseDurationMs / 4 };
    const settings = { folders, name, holderIdentity, bootOffsetMs: 0, ...timing, ...options };
    const start = { cwd: this.folder, env: { ...this.env, ...env }, wrapper, ...(script !== undefined && { script }) };
    const member = new Member(settings, start);
    this.#members.push(member);
    return member;
  }

  /** One that leads, and then one that waits for it to end. */
  async pair(blueSettings: MemberSettings = {}, greenSettings = blueSettings): Promise<[blue: Member, green: Member]> {
    const blue = this.member("blue", blueSettings);
    await blue.next("granted");
    const green = this.member("green", greenSettings);
    await green.next("joining");
    return [blue, green];
  }

  start(command: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
    return new Running(command, { cwd: this.folder, env: { ...this.env, ...env } });
  }

  /** `tenure`, as users get it. */
  tenure(...args: readonly string[]): Running {
    return this.start([process.execPath, COMMAND, ...args]);
  }

  async open(options: Partial<FileStoreOptions> = {}): Promise<FileStore> {
    const store = await openFileStore({ ...this.folders, ...options });
    onTestFinished(() => store.close());
    return store;
  }

  /** The resource: in this process, which outlives every member. `EFENCED`, or `taken`. */
  async takes(epoch: number): Promise<string> {
    const clock = systemClock();
    const { storeId } = await this.open();
    const fence = new Fence({ storeId, name: this.name, storage: this.#storage, clock });
    try {
      await fence.raise(epoch);
    } catch (error) {
      if (error instanceof LeaseError) return error.code;
      throw error;
    }
    this.#writes.push({ kind: "write-accepted", at: clock.now().boottimeMs, resource: this.name, epoch });
    return "taken";
  }

  /**
   * Every process's own word against the invariants, and the journal's with it.
   * @param earlyMs by how much a clock that lies on the safe side may end a term before its time
   */
  async judge(needed: readonly InvariantId[] = ["I1", "I2"], { earlyMs = 100 } = {}): Promise<void> {
    const store = await this.open();
    const said = this.#members.flatMap((member) => member.testimony.filter(({ kind }) => observed.has(kind)));
    const entries = [];
    for await (const entry of store.journal(this.name)) entries.push(entry);
    const history = [...visibleIn(entries), ...(said as unknown as Observation[]), ...this.#writes];
    expect(checkInvariants(history, { clockErrorMs: earlyMs })).toEqual([]);
    const evidence = evidenceFor(history);
    for (const id of needed) expect(evidence[id], `evidence for ${id}`).toBeGreaterThan(1);
    expect((await store.verify(this.name)).problems).toEqual([]);
  }
}
