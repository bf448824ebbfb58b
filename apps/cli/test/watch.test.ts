import { describe, expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

const acquire = (holder: string, ...args: readonly string[]): string[] => [
  "acquire",
  "orders",
  "--holder",
  holder,
  "--no-process",
  ...args,
];

describe("tenure watch, where it is no terminal", () => {
  test("prints one line a change: who leads now, and each hand-over", async () => {
    const sandbox = new Sandbox();
    await sandbox.json(acquire("worker-a"));
    const watching = sandbox.start(["watch", "orders"]);
    expect(await watching.line(/ /u)).toMatch(
      /^\d{4}-\S+Z orders held by "worker-a", epoch 1, \d+(?:\.\d)? s remain$/u,
    );
    await sandbox.run(["release", "orders", "--holder", "worker-a", "--epoch", "1"]);
    await watching.line(/ orders released by "worker-a", epoch 1$/u);
    await sandbox.json(acquire("worker-b"));
    await watching.line(/ orders "worker-b" leads with epoch 2$/u);
    watching.signal("SIGINT");
    expect((await watching.ended).code).toBe(130);
  });

  test("prints a status document a change with --json, renewals as well when asked for", async () => {
    const sandbox = new Sandbox();
    await sandbox.json(acquire("worker-a"));
    const watching = sandbox.start(["watch", "--json", "--renewals"]);
    await watching.line(/"renewals":0/u);
    await sandbox.json(["renew", "orders", "--holder", "worker-a", "--epoch", "1"]);
    const line = await watching.line(/"renewals":1/u);
    expect(documentIn("status", line).leases).toMatchObject([{ name: "orders", holderIdentity: "worker-a" }]);
  });

  test("watches more leases than a signal has listeners by default, and says nothing of that", async () => {
    const sandbox = new Sandbox();
    await sandbox.json(acquire("worker-a"));
    const names = Array.from({ length: 12 }, (_, each) => `orders-${each}`);
    const watching = sandbox.start(["watch", ...names]);
    for (const name of names) await watching.line(new RegExp(` ${name} free`, "u"));
    watching.signal("SIGINT");
    expect(await watching.ended).toMatchObject({ code: 130, stderr: "" });
  });

  test("sees a lease that did not exist when it began", async () => {
    const sandbox = new Sandbox();
    await sandbox.json(acquire("worker-a"));
    const watching = sandbox.start(["watch", "--plain"]);
    await watching.line(/ orders held by/u);
    await sandbox.json(["acquire", "billing", "--holder", "worker-b", "--no-process"]);
    await watching.line(/ billing (held by )?"worker-b"/u);
  });

  test("ends quietly when its reader goes away", async () => {
    const sandbox = new Sandbox();
    await sandbox.json(acquire("worker-a"));
    const watching = sandbox.start(["watch", "--renewals"]);
    await watching.line(/ orders held by/u);
    watching.child.stdout.destroy();
    await sandbox.json(["renew", "orders", "--holder", "worker-a", "--epoch", "1"]);
    const { code, stderr } = await watching.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("does not make a store where there is none", async () => {
    const sandbox = new Sandbox();
    const { code, stderr } = await sandbox.run(["watch"]);
    expect(code).toBe(69);
    expect(stderr).toContain("there is no store in");
  });
});
