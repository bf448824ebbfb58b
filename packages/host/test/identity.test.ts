import { isHolderIdentity, readProcessIdentity } from "@tenure/schema/light";
import { describe, expect, test } from "vitest";
import {
  defaultHolderIdentity,
  hostFacts,
  hostId,
  NoSuchProcessError,
  pidNamespace,
  processOf,
  randomToken,
  systemHost,
  thisHost,
  thisProcess,
  timeNamespace,
} from "../src/index.ts";
import { darwin, withFiles } from "./fake-reader.ts";
import { startIdle } from "./kernel.ts";

test("this process says which it is, in the schema's words", () => {
  const identity = thisProcess({ serviceName: "orders" });
  expect(readProcessIdentity(identity)).toEqual(identity);
  expect(identity).toMatchObject({ pid: process.pid, serviceName: "orders" });
  expect(thisProcess()).toEqual({ ...identity, serviceName: null });
});

test("what cannot change while a process lives is asked for once, unless it could not be told", () => {
  let asked = 0;
  const reader = withFiles(
    {},
    {
      readLink() {
        asked += 1;
        if (asked === 1) throw new Error("out of descriptors");
        return "pid:[7]";
      },
    },
  );
  expect([pidNamespace(reader), pidNamespace(reader), pidNamespace(reader)]).toEqual([null, "pid:[7]", "pid:[7]"]);
  expect(asked).toBe(2);
});

test("everyone who names another process names it alike", () => {
  const child = startIdle();
  expect(processOf(child.pid)).toEqual(processOf(child.pid));
  expect(processOf(child.pid).instanceId).not.toBe(processOf(process.pid).instanceId);
  expect(readProcessIdentity(processOf(child.pid))).toEqual(processOf(child.pid));
});

test.each([0, -1, 1.5, Number.NaN, 2 ** 30])("there is no process %d to name", (pid) => {
  expect(() => processOf(pid)).toThrow(NoSuchProcessError);
});

test("the default identity is short, readable and new each time", () => {
  expect(defaultHolderIdentity()).not.toBe(defaultHolderIdentity());
  expect(defaultHolderIdentity()).toMatch(new RegExp(`/${process.pid}-[0-9a-z]+-[0-9A-Za-z]{4,6}$`, "u"));
  const nasty = { ...systemHost, hostname: () => "a b/\u202E\n" };
  expect(defaultHolderIdentity(nasty)).toMatch(/^a_b___\//u);
  expect(isHolderIdentity(defaultHolderIdentity(nasty))).toBe(true);
});

test("a token is 22 characters, each time new", () => {
  const tokens = new Set(Array.from({ length: 1_000 }, randomToken));
  expect(tokens.size).toBe(1_000);
  for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{22}$/u);
});

describe("the host", () => {
  const machineId = "0123456789abcdef0123456789abcdef";

  test("is named by its machine id, which stays secret", () => {
    const named = withFiles({ "/etc/machine-id": `${machineId}\n` }, { hostname: () => "renamed" });
    expect(hostId(named)).toBe(hostId(withFiles({ "/etc/machine-id": machineId })));
    expect(hostId(named)).toMatch(/^[0-9a-f]{32}$/u);
    expect(hostId(named)).not.toContain(machineId);
  });

  test.each([null, "", "uninitialized\n"])("is named by its host name where the machine id is %j", (text) => {
    const nameless = withFiles({ "/etc/machine-id": text }, { hostname: () => "web-1" });
    expect(hostId(nameless)).toMatch(/^name-/u);
    expect(hostFacts(nameless).lost.join()).toContain("no machine id");
  });

  test("whose uptime is neither the kernel's nor to be had compares times with nobody", () => {
    const mounts = `${systemHost.readFile("/proc/self/mountinfo")}99 1 0:99 / /proc/uptime rw - fuse.lxcfs lxcfs rw\n`;
    const seen = (uptime: string | null): (string | null)[] =>
      [1, 2].map(() => timeNamespace(withFiles({ "/proc/self/mountinfo": mounts, "/proc/uptime": uptime })));
    expect(new Set(seen("5.00 1.00\n")).size).toBe(1);
    expect(new Set(seen(null)).size).toBe(2);
  });

  test("declares what it cannot tell", () => {
    const facts = hostFacts(darwin([501]));
    expect(facts).toMatchObject({ platform: "darwin", pidNamespace: null, timeNamespace: null });
    expect(facts.lost.join()).toContain("process start times are not to be had");
    expect(hostFacts(withFiles({ "/proc/self/status": "NSpid:\t4711\t1\n" })).lost.join()).toContain(
      "not this pid namespace's own",
    );
    expect(hostFacts(withFiles({ "/proc/1/stat": null })).lost.join()).toContain("hides other users' processes");
    expect(hostFacts(withFiles({ "/proc/sys/kernel/random/boot_id": null })).lost.join()).toContain(
      "boot id is not to be had",
    );
  });
});

test("all that a lease client needs comes in one piece", () => {
  const host = thisHost({ holderIdentity: "orders-1", serviceName: "orders" });
  expect(host.identity).toEqual({ holderIdentity: "orders-1", holder: thisProcess({ serviceName: "orders" }) });
  expect(host.proveDeath(host.identity.holder, { sameMachine: true }).verdict).toBe("alive");
  expect(host.randomToken()).toHaveLength(22);
  expect(host.clock.wallTime()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u);
});
