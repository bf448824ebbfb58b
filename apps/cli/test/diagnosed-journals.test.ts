import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

/** Of each trouble; more are made by `npm run corpus`. */
const CASES = Number(process.env["TENURE_CORPUS_CASES"] ?? "2");

/** What may differ from one case to the next, by its number, so that each comes again. */
class Setting {
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }

  /** Where nobody waits for it, longer than a machine under any load takes to renew it. */
  get long(): string[] {
    return ["--lease-duration", `${30 + ((this.index * 37) % 60)}s`];
  }

  /** Where it is to run out. */
  get short(): string[] {
    return ["--lease-duration", `${1_500 + ((this.index * 137) % 1_000)}ms`];
  }

  get name(): string {
    return ["press", "orders", "a.b"][this.index % 3] ?? "press";
  }

  get signal(): NodeJS.Signals {
    return this.index % 2 === 0 ? "SIGKILL" : "SIGTERM";
  }

  get healthyTerms(): number {
    return this.index % 3;
  }

  get renewals(): number {
    return this.index % 3;
  }
}

class History {
  readonly sandbox: Sandbox = new Sandbox();
  readonly setting: Setting;

  constructor(index: number) {
    this.setting = new Setting(index);
  }

  /** Terms that end in order. */
  async healthy(name: string = this.setting.name): Promise<void> {
    for (let term = 0; term <= this.setting.healthyTerms; term++) {
      const { code } = await this.sandbox.run(["run", name, ...this.setting.long, "--", process.execPath, "-e", ""]);
      expect(code).toBe(0);
    }
  }

  async acquires(holder: string, flags: readonly string[]): Promise<number> {
    const args = ["acquire", this.setting.name, "--holder", holder, ...flags, "--wait"];
    return Number((await this.sandbox.json(args))["epoch"]);
  }

  async renews(holder: string, epoch: number): Promise<void> {
    for (let each = 0; each < this.setting.renewals; each++) {
      const args = ["renew", this.setting.name, "--holder", holder, "--epoch", String(epoch)];
      // A slow machine may be late, which is a lease that ran out all the same.
      await this.sandbox.run(args);
    }
  }

  async dies(): Promise<void> {
    const child = spawn("sleep", ["60"], { stdio: "ignore" });
    await this.renews("doomed", await this.acquires("doomed", ["--pid", String(child.pid), ...this.setting.long]));
    child.kill(this.setting.signal);
    await once(child, "exit");
    await this.acquires("heir", ["--no-process", ...this.setting.long]);
  }

  async runsOut(): Promise<void> {
    await this.renews("mute", await this.acquires("mute", ["--no-process", ...this.setting.short]));
    await this.acquires("heir", ["--no-process", ...this.setting.long]);
  }

  /** Somebody deletes what holds up the next leader. */
  async isDeleted(): Promise<void> {
    await this.acquires("former", ["--no-process", ...this.setting.short]);
    const { state } = this.sandbox;
    for (const file of readdirSync(state))
      if (file.startsWith(`${this.setting.name}.`)) rmSync(join(state, file), { recursive: true });
    await this.acquires("heir", ["--no-process", ...this.setting.long]);
  }

  async found(): Promise<string[]> {
    const { state, directory } = this.sandbox;
    const paths = [state];
    if (this.setting.index % 2 === 1) {
      // A journal that was also kept elsewhere tells nothing twice.
      const copies = join(directory, "copies");
      mkdirSync(copies);
      for (const file of readdirSync(state).filter((each) => each.endsWith(".jsonl")))
        copyFileSync(join(state, file), join(copies, file));
      paths.push(copies);
    }
    const { stdout } = await this.sandbox.run(["diagnose", ...paths, "--json"]);
    return documentIn("finding", stdout).findings.map(({ ruleId }) => ruleId);
  }
}

/** Another lease beside it, whose leaders end in order, is in all of them. */
const troubles: readonly (readonly [ruleId: string | null, make: (history: History) => Promise<void>])[] = [
  [null, (history): Promise<void> => history.healthy()],
  ["holder-died", (history): Promise<void> => history.healthy().then(() => history.dies())],
  ["renewal-stopped", (history): Promise<void> => history.healthy().then(() => history.runsOut())],
  // Its floor remembers the longest lease, for which everybody would wait.
  ["record-lost", (history): Promise<void> => history.isDeleted()],
];

describe.each(Array.from({ length: CASES }, (_, index) => index))("real processes, case %i", (index) => {
  test.each(troubles)("what is found in a journal after %s", async (ruleId, make) => {
    const history = new History(index);
    await history.healthy("neighbour");
    await make(history);
    expect(await history.found()).toEqual(ruleId === null ? [] : [ruleId]);
  });
});
