import { describe, expect, test } from "vitest";
import { file, read } from "./file.ts";

const at = Date.UTC(2026, 4, 1);
const klog = "E0402 09:00:10.000000       1 leaderelection.go:325]";
const gone = `2026-04-02T09:00:20Z leaderelection lost\n`;

/** The rules that fire for a log in which a leader is lost ten seconds after a line. */
async function ruleIds(line: string, loss = gone): Promise<string[]> {
  const { findings, unparsed } = await read([file("ctl.log", `${line}\n${loss}`, at)]);
  expect(unparsed).toEqual([]);
  return findings.map(({ ruleId }) => ruleId);
}

describe("what widely used clients, servers and kernels say", () => {
  test.each<readonly [ruleId: string, who: string, line: string]>([
    [
      "store-unreachable",
      "client-go",
      `${klog} error retrieving resource lock press/ctl: Get "https://10.0.0.1": dial tcp 10.0.0.1:443: connect: connection refused`,
    ],
    [
      "store-unreachable",
      "client-go, structured",
      `${klog} "Error retrieving lease lock" err="Get \\"https://x\\": context deadline exceeded" lock="press/ctl"`,
    ],
    [
      "permission-denied",
      "client-go",
      `${klog} error retrieving resource lock press/ctl: leases.coordination.k8s.io "ctl" is forbidden: User "x" cannot get resource`,
    ],
    [
      "store-slow",
      "etcd 3.5",
      '{"level":"warn","ts":"2026-04-02T09:00:10.123Z","caller":"etcdserver/util.go:170","msg":"apply request took too long","took":"1.2s"}',
    ],
    [
      "store-slow",
      "etcd's disk",
      '{"level":"warn","ts":"2026-04-02T09:00:10.123+0000","caller":"wal/wal.go:805","msg":"slow fdatasync","took":"2.1s"}',
    ],
    [
      "store-slow",
      "an overloaded etcd leader",
      '{"level":"warn","ts":"2026-04-02T09:00:10Z","msg":"leader failed to send out heartbeat on time; took too long, leader is overloaded likely from slow disk"}',
    ],
    [
      "store-failover",
      "etcd's raft",
      '{"level":"info","ts":"2026-04-02T09:00:10Z","msg":"raft.node: 8e9e05c52164694d changed leader from 8e9e05c52164694d to 91bc3c398fb3c146 at term 7"}',
    ],
    [
      "store-failover",
      "Consul",
      '2026-04-02T09:00:10.000Z [ERROR] agent.http: Request error: method=PUT error="No cluster leader"',
    ],
    [
      "store-failover",
      "Consul's raft",
      "2026-04-02T09:00:10.000Z [WARN]  agent.server.raft: heartbeat timeout reached, starting election: last-leader=10.0.0.1:8300",
    ],
    ["store-unreachable", "Go's own log", "2026/04/02 09:00:10 renew: dial tcp: lookup etcd: no such host"],
    ["event-loop-stall", "Node.js", "[2026-04-02T09:00:10Z] [WARN] event loop blocked for 31000 ms"],
    [
      "cpu-starved",
      "the kernel, as journalctl prints it",
      "Apr 02 09:00:10 north kernel: watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [node:123]",
    ],
    [
      "cpu-starved",
      "HikariCP",
      "2026-04-02 09:00:10,123 WARN Thread starvation or clock leap detected (housekeeper delta=48s)",
    ],
    ["clock-step", "chrony", "Apr 02 09:00:10 north chronyd[88]: System clock wrong by 3600.123 seconds"],
    [
      "clock-step",
      "chrony, of a step",
      "Apr 02 09:00:10 north chronyd[88]: System clock was stepped by 3600.123 seconds",
    ],
    ["host-suspended", "systemd", "Apr 02 09:00:10 north systemd-sleep[88]: Entering sleep state 'suspend'..."],
  ])("%s: %s", async (ruleId, _, line) => {
    expect(await ruleIds(line)).toContain(ruleId);
  });

  test("a clock that chrony only lets run slower or faster was not set", async () => {
    const line = "Apr 02 09:00:10 north chronyd[88]: System clock wrong by 1.234567 seconds, adjustment started";
    expect(await ruleIds(line)).not.toContain("clock-step");
  });

  test.each([
    [
      "client-go",
      `${klog.replace(":10.", ":20.")} failed to renew lease press/ctl: timed out waiting for the condition`,
    ],
    [
      "client-go, structured",
      `${klog.replace(":10.", ":20.")} "Failed to renew lease" lock="press/ctl" err="context deadline exceeded"`,
    ],
    ["a Kubernetes Event", "2026-04-02T09:00:20Z ctl-a_1 stopped leading"],
    ["proper-lockfile", "2026-04-02T09:00:20Z Error: Unable to update lock within the stale threshold"],
    ["proper-lockfile's code", "2026-04-02T09:00:20Z { code: 'ECOMPROMISED' }"],
    ["etcd", "2026-04-02T09:00:20Z etcdserver: requested lease not found"],
    ["Consul's server", "2026-04-02T09:00:20.000Z [DEBUG] agent.server: Session TTL expired: session=adf4238a-882b"],
    ["Consul's client", '2026-04-02T09:00:20Z Unexpected response code: 500 (invalid session "adf4238a-882b")'],
  ])("a loss: %s", async (_, loss) => {
    const line = "2026-04-02T09:00:10Z event loop blocked for 31 s";
    expect(await ruleIds(line, `${loss}\n`)).toContain("event-loop-stall");
    expect(await ruleIds(line, "2026-04-02T09:00:20Z all is well\n")).not.toContain("event-loop-stall");
  });

  test("proper-lockfile: who finds it locked is no poller, and an unlock of what somebody else owns is a refused write", async () => {
    const at = (seconds: number): string => new Date(Date.UTC(2026, 3, 2, 9) + seconds * 1_000).toISOString();
    const own = {
      name: "own",
      messages: [
        { kind: "acquired" as const, match: "^has the lock", facts: { holder: "/log" } },
        { kind: "setting" as const, match: "^stale after (?<valueS>\\d+) s", set: { label: "leaseDuration" } },
      ],
    };
    const tries = [5, 6, 7, 8, 9, 300, 301].map((second) => `${at(second)} Error: Lock file is already being held\n`);
    const late = `${at(0)} stale after 10 s\n${at(1)} has the lock\n${at(303)} { code: 'ENOTACQUIRED' }\n`;
    const next = `${tries.join("")}${at(302)} has the lock\n`;
    const { findings, missing } = await read([file("late.log", late), file("next.log", next)], [own]);
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(["race-lost"]);
    expect(missing).not.toContain("what whoever polls the lease saw");
  });

  test("a restart limit that tripped is known from systemd's own words", async () => {
    const limits = [
      { kind: "setting" as const, match: "StartLimitBurst=(?<value>\\d+)", set: { label: "restartBurst" } },
      { kind: "setting" as const, match: "StartLimitInterval=(?<valueS>\\d+)", set: { label: "restartWindow" } },
    ];
    const fired = async (text: string): Promise<string[]> => {
      const { findings } = await read([file("a.log", text)], [{ name: "limits", messages: limits }]);
      return findings.map(({ ruleId }) => ruleId);
    };
    const both = "2026-04-02T09:00:00Z StartLimitBurst=5\n2026-04-02T09:00:00Z StartLimitInterval=0\n";
    expect(await fired(both)).toContain("restart-limit-untrippable");
    expect(await fired(`${both}2026-04-02T09:01:00Z ctl.service: Start request repeated too quickly.\n`)).not.toContain(
      "restart-limit-untrippable",
    );
  });
});
