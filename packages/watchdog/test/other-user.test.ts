import { spawnSync } from "node:child_process";
import { processState } from "@tenure/host";
import type { ProcessIdentity } from "@tenure/schema";
import { describe, expect, test } from "vitest";
import { identify, Place } from "./support/runner.ts";

/** As gosu, su-exec and sudo do: what is run has another user than the one that started it. */
const asNobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
const canBecomeAnother = spawnSync(asNobody[0] as string, [...asNobody.slice(1), "true"]).status === 0;

const waits = "echo pids $$; while :; do sleep 1000 & wait; done";
const [command = "", ...asUser] = asNobody;

function runAsNobody(place: Place, script: string): ReturnType<Place["run"]> {
  return place.run({ command, args: [...asUser, "sh", "-c", script] });
}

describe.skipIf(!canBecomeAnother)("a command that changes its user (needs root and setpriv)", () => {
  test("is asked to end by SIGTERM", async () => {
    const runner = runAsNobody(new Place(), `trap 'echo told; exit 7' TERM; ${waits}`);
    await runner.line("pids");
    runner.kill("SIGTERM");
    await runner.line("told");
    expect(await runner.exited).toBe(7);
  });

  test("W8 promise 1: is stopped when the lease is lost", async () => {
    const runner = runAsNobody(new Place(), waits);
    const child = identify(await runner.line("pids"));
    runner.order({ lose: "store-unreachable" });
    expect(await runner.outcome()).toMatchObject({ how: "lost", reason: "store-unreachable" });
    expect(processState(child)).toBe("dead");
  });

  test("W3 takes along a descendant that changed its user and left for a session of its own", async () => {
    const place = new Place();
    const script = `setsid ${asNobody.join(" ")} sh -c '${waits.replace("pids", "escaped")}' & echo pids $$; wait`;
    const runner = place.run({ command: "sh", args: ["-c", script] });
    const escaped = place.adopt(identify(await runner.line("escaped")));
    runner.kill("SIGTERM");
    expect(await runner.exited).toBe(143);
    expect(processState(escaped)).toBe("dead");
  });

  test("promise 7: is ended by a successor of a runner that stands still", async () => {
    const place = new Place();
    const first = runAsNobody(place, waits);
    const child = place.adopt(identify(await first.line("pids")));
    first.kill("SIGSTOP");
    const second = place.run({ command: "true" });
    const { processes } = await second.event("run.orphans_ended");
    expect((processes as ProcessIdentity[]).map(({ pid }) => pid)).toContain(child.pid);
    expect(processState(child)).toBe("dead");
    expect(await second.exited).toBe(0);
    first.kill("SIGCONT");
  });
});
