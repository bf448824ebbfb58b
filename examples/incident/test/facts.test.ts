import { rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ended, Pair } from "./support/pair.ts";

const idle = ["-e", "setInterval(() => {}, 1e9)"];

describe("a fact of the incident, in the old system and in tenure", () => {
  test("a release under another identity of the same process: nothing was said; now it fails and names both", () => {
    const pair = new Pair();
    pair.old.acquire("leader-1");
    pair.old.release("agent-1");
    expect(pair.old.state.leaderId).toBe("leader-1");
    const epoch = pair.acquire("leader-1");
    const { code, stderr } = pair.tenure("release", "orders", "--holder", "agent-1", "--epoch", String(epoch));
    expect(code).not.toBe(0);
    expect(stderr).toContain("agent-1");
    expect(stderr).toContain("leader-1");
  });

  test("a heartbeat for an agent that is long dead: a success was logged; now it ends at once and names both", () => {
    const pair = new Pair();
    pair.old.acquire("leader-1");
    const before = pair.old.state;
    pair.old.renew("leader-of-two-days-ago");
    expect(pair.old.state).toEqual(before);
    const epoch = String(pair.acquire("leader-1"));
    const ghost = ["--holder", "leader-of-two-days-ago", "--epoch", epoch, "--pid", String(process.pid)];
    const { code, stderr } = pair.tenure("heartbeat", "orders", ...ghost);
    expect(code).not.toBe(0);
    expect(stderr).toContain("leader-of-two-days-ago");
    expect(stderr).toContain("leader-1");
  });

  test("renewing for whoever leads: a dead leader stayed in office; now its heartbeat refuses, and the next one leads at once", async () => {
    const pair = new Pair();
    const leader = pair.start(idle);
    pair.old.acquire("leader-1");
    const epoch = pair.acquireFor("leader-1", leader.pid);
    await ended(leader);

    const before = pair.old.state.lastHeartbeatMs;
    expect(pair.old.renew(pair.old.state.leaderId ?? "")).toBe(true);
    expect(pair.old.state.lastHeartbeatMs).toBeGreaterThanOrEqual(before);

    const whoeverLeads = ["--holder", "leader-1", "--epoch", String(epoch), "--pid", String(leader.pid)];
    const { code, stderr } = pair.tenure("heartbeat", "orders", ...whoeverLeads);
    expect(code).not.toBe(0);
    expect(stderr).toContain(String(leader.pid));
    const next = pair.tenure("acquire", "orders", "--holder", "leader-2", "--no-process", "--no-wait");
    expect(next).toMatchObject({ code: 0 });
  });

  test("a state that was deleted to get past a dead leader: fencing token 1 again; now a higher one", () => {
    const pair = new Pair();
    pair.old.acquire("leader-1");
    pair.old.acquire("leader-2");
    rmSync(pair.at("state.json"));
    pair.old.acquire("leader-3");
    expect(pair.old.state.epoch).toBe(1);
    const first = pair.acquire("leader-1");
    for (const file of ["orders.journal.jsonl", "orders.json"]) rmSync(`${pair.state}/${file}`, { force: true });
    expect(pair.acquire("leader-2")).toBeGreaterThan(first);
  });
});
