import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

/** A process that stands for a leader, and lives until the test ends it. */
function leader(): number {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1 << 30)"], { stdio: "ignore" });
  onTestFinished(async () => {
    if (child.kill("SIGKILL")) await once(child, "exit");
  });
  return child.pid as number;
}

async function acquired(sandbox: Sandbox, ...args: readonly string[]) {
  const { code, stdout, stderr } = await sandbox.run(["acquire", "orders", ...args, "--json"]);
  expect(code, stderr).toBe(0);
  return documentIn("acquired", stdout);
}

const term = ({ holderIdentity, epoch }: { readonly holderIdentity: string; readonly epoch: number }): string[] => [
  "--holder",
  holderIdentity,
  "--epoch",
  String(epoch),
];

describe("one-shot verbs", () => {
  test("acquire, renew and release a lease, each with its document", async () => {
    const sandbox = new Sandbox();
    const first = await acquired(sandbox, "--holder", "worker-a", "--pid", String(leader()));
    expect(first).toMatchObject({ name: "orders", holderIdentity: "worker-a", epoch: 1 });
    expect(first.remainingMs).toBeGreaterThan(0);
    expect(first.remainingMs).toBeLessThanOrEqual(12_000);
    expect(first.deadline).toMatchObject({ bootId: expect.any(String) as string });

    const renewed = documentIn("acquired", (await sandbox.run(["renew", "orders", ...term(first), "--json"])).stdout);
    expect(renewed).toMatchObject({ holderIdentity: "worker-a", epoch: 1 });
    expect(renewed.nonce).not.toBe(first.nonce);

    const released = await sandbox.run(["release", "orders", ...term(first), "--reason", "failed", "--json"]);
    expect(released.code, released.stderr).toBe(0);
    expect(documentIn("status", released.stdout).leases).toMatchObject([{ name: "orders", state: "free", epoch: 1 }]);

    const second = await acquired(sandbox, "--holder", "worker-b", "--no-process");
    expect(second.epoch).toBe(2);
  });

  test("say in words what they did", async () => {
    const sandbox = new Sandbox();
    const { stdout } = await sandbox.run(["acquire", "orders", "--holder", "worker-a", "--no-process"]);
    expect(stdout).toMatch(/^acquired "orders" as "worker-a", epoch 1: 1[12]\.\d s remain\n$/u);
    const { stdout: released } = await sandbox.run(["release", "orders", "--holder", "worker-a", "--epoch", "1"]);
    expect(released).toBe('released "orders", epoch 1\n');
  });
});

describe("a held lease", () => {
  test("is refused to --no-wait with 75, and the message names the holder", async () => {
    const sandbox = new Sandbox();
    await acquired(sandbox, "--holder", "worker-a", "--pid", String(leader()));
    // An identity grants nothing: the same one in another process waits like anyone.
    for (const holder of ["worker-b", "worker-a"]) {
      const args = ["acquire", "orders", "--holder", holder, "--no-process", "--no-wait", "--json"];
      const { code, stdout } = await sandbox.run(args);
      expect(code).toBe(75);
      const { error } = documentIn("error", stdout);
      expect(error).toMatchObject({ code: "ELOCKED", name: "orders", holderIdentity: "worker-a", epoch: 1 });
      expect(error.message).toContain('held by "worker-a"');
    }
  });

  test("is given up on after --timeout, with 124", async () => {
    const sandbox = new Sandbox();
    await acquired(sandbox, "--holder", "worker-a", "--pid", String(leader()));
    const { code, stdout } = await sandbox.run(["acquire", "orders", "--no-process", "--timeout", "200ms", "--json"]);
    expect(code).toBe(124);
    expect(documentIn("error", stdout).error.code).toBe("EACQUIRETIMEOUT");
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("is no longer waited for after %s, which ends with %d and holds nothing", async (signal, code) => {
    const sandbox = new Sandbox();
    await acquired(sandbox, "--holder", "worker-a", "--pid", String(leader()));
    const waiting = sandbox.start(["acquire", "orders", "--no-process", "-v"]);
    await waiting.line(/^tenure: waiting for "orders", held by "worker-a", epoch 1$/u);
    waiting.signal(signal);
    const ended = await waiting.ended;
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(`${signal} while waiting for lease "orders"; nothing is held`);
    expect(documentIn("status", (await sandbox.run(["status", "--json"])).stdout).leases).toMatchObject([{ epoch: 1 }]);
  });

  test("P1 is succeeded at once when its process is killed, by one that waits", async () => {
    const sandbox = new Sandbox();
    const pid = leader();
    await acquired(sandbox, "--holder", "worker-a", "--pid", String(pid), "--ttl", "10m");
    const waiting = sandbox.run([
      "acquire",
      "orders",
      "--holder",
      "worker-b",
      "--no-process",
      "--json",
      "--ttl",
      "10m",
    ]);
    process.kill(pid, "SIGKILL");
    expect(documentIn("acquired", (await waiting).stdout)).toMatchObject({ holderIdentity: "worker-b", epoch: 2 });
    const { stdout } = await sandbox.run(["history", "orders", "--json"]);
    expect(documentIn("history", stdout).terms).toMatchObject([
      { epoch: 1, holderIdentity: "worker-a", endReason: "holder-dead" },
      { epoch: 2, holderIdentity: "worker-b", endReason: "open" },
    ]);
  });

  test("expires for candidates that never wait, since the first sight is kept", async () => {
    const sandbox = new Sandbox();
    await acquired(sandbox, "--holder", "worker-a", "--no-process", "--ttl", "2s");
    const again = ["acquire", "orders", "--holder", "worker-b", "--no-process", "--no-wait", "--ttl", "2s", "--json"];
    const deadline = Date.now() + 20_000;
    for (;;) {
      const { code, stdout } = await sandbox.run(again);
      if (code === 0) {
        expect(documentIn("acquired", stdout).epoch).toBeGreaterThan(1);
        return;
      }
      expect(code).toBe(75);
      expect(Date.now()).toBeLessThan(deadline);
    }
  });
});

describe("a term that is not in office", () => {
  test.each([
    ["another epoch", ["--holder", "worker-a", "--epoch", "7"]],
    ["another holder", ["--holder", "worker-b", "--epoch", "1"]],
  ])("%s is refused with 79, and both are named", async (_, named) => {
    const sandbox = new Sandbox();
    await acquired(sandbox, "--holder", "worker-a", "--no-process");
    for (const verb of [
      ["renew"],
      ["release"],
      ["transfer", "--to", "worker-c"],
      ["heartbeat", "--pid", String(process.pid)],
    ]) {
      const [first = "", ...rest] = verb;
      const { code, stdout, stderr } = await sandbox.run([first, "orders", ...rest, ...named, "--json"]);
      expect(code, stderr).toBe(79);
      const { error } = documentIn("error", stdout);
      expect(error.code).toBe("ENOTACQUIRED");
      expect(error.message).toMatch(/worker-a.*worker|epoch \d.*epoch \d|\b7\b/u);
    }
  });

  test("is not renewed past its deadline, even if nobody took over", async () => {
    const sandbox = new Sandbox();
    const { epoch } = await acquired(sandbox, "--holder", "worker-a", "--no-process", "--ttl", "1s");
    const watching = sandbox.start(["watch", "orders", "--plain"]);
    await watching.line(/not renewed in time|expired/u);
    const { code, stdout } = await sandbox.run([
      "renew",
      "orders",
      "--holder",
      "worker-a",
      "--epoch",
      String(epoch),
      "--json",
    ]);
    expect(code).toBe(79);
    expect(documentIn("error", stdout).error.code).toBe("ELEASEEXPIRED");

    const release = await sandbox.run(["release", "orders", "--holder", "worker-a", "--epoch", String(epoch)]);
    expect(release).toMatchObject({ code: 0, stdout: `released "orders", epoch ${epoch}\n` });
  });
});

describe("an operator", () => {
  test("breaks a lease, and the reason is kept", async () => {
    const sandbox = new Sandbox();
    const first = await acquired(sandbox, "--holder", "worker-a", "--pid", String(leader()));
    const broken = await sandbox.run(["break", "orders", "--reason", "wedged, ticket 4711", "--json"]);
    expect(broken.code, broken.stderr).toBe(0);
    expect(documentIn("status", broken.stdout).leases).toMatchObject([
      { state: "revoked", holderIdentity: "worker-a" },
    ]);
    expect(await sandbox.run(["break", "orders", "--reason", "again"])).toMatchObject({
      code: 0,
      stdout: /^"orders" was revoked before, by .*: wedged, ticket 4711; that reason stands$/mu,
    });
    const { code, stdout } = await sandbox.run(["renew", "orders", ...term(first), "--json"]);
    expect(code).toBe(79);
    expect(documentIn("error", stdout).error.message).toContain("wedged, ticket 4711");
    expect((await sandbox.run(["break", "orders"])).code).toBe(64);
  });

  test("asks a holder to give way, which then hands over to the one named", async () => {
    const sandbox = new Sandbox();
    const first = await acquired(sandbox, "--holder", "worker-a", "--pid", String(leader()));
    const asked = await sandbox.run(["transfer", "orders", "--to", "worker-b", "--json"]);
    expect(asked.code, asked.stderr).toBe(0);
    expect(documentIn("status", asked.stdout).leases).toMatchObject([
      { holderIdentity: "worker-a", preferredHolder: { holderIdentity: "worker-b" } },
    ]);
    const gave = await sandbox.run(["transfer", "orders", "--to", "worker-b", ...term(first)]);
    expect(gave.code, gave.stderr).toBe(0);
    expect((await sandbox.run(["acquire", "orders", "--holder", "worker-c", "--no-process", "--no-wait"])).code).toBe(
      75,
    );
    expect(await acquired(sandbox, "--holder", "worker-b", "--no-process", "--no-wait")).toMatchObject({ epoch: 2 });
  });
});
