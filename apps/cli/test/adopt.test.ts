import { execFileSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

const now = new Date().toISOString();
const state = { leader_id: "a", leader_epoch: 7, last_heartbeat: now, ttl_ms: 180_000, notes: [1] };

function write(sandbox: Sandbox, content: object | string = state): string {
  const path = join(sandbox.directory, "leader.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

test("a leader that is replaced without a release, with an epoch that goes back, is told while it is watched", async () => {
  const sandbox = new Sandbox();
  const path = write(sandbox);
  const watching = sandbox.start(["adopt", path, "--for", "2s"]);
  await watching.line(/^watching for 2s: "a" leads, epoch 7/u);
  write(sandbox, { ...state, leader_id: "b\u001b[31m", leader_epoch: 1 });
  const { code, stdout } = await watching.ended;
  expect(code).toBe(1);
  expect(stdout).toMatch(/^epoch-regression: .* has epoch 1, after 7/mu);
  expect(stdout).toMatch(/^holder-changed-without-release: /mu);
  expect(stdout).toMatch(/leads, the highest epoch is 7; 2 differences in 2s\n$/u);
  expect(stdout).not.toContain("\u001b");
});

test("a document says who leads and what was seen, by names of its own", async () => {
  const sandbox = new Sandbox();
  const path = write(sandbox, { now: { id: null, term: 3 }, beat: null, ms: 1_000 });
  const places = [
    "--holder-at",
    "/now/id",
    "--epoch-at",
    "/now/term",
    "--heartbeat-at",
    "/beat",
    "--duration-at",
    "/ms",
  ];
  const { stdout, code } = await sandbox.run(["adopt", path, "--for", "0s", "--json", ...places]);
  expect(code).toBe(0);
  expect(documentIn("adoption", stdout)).toEqual({
    file: path,
    looks: 1,
    unreadable: 0,
    holderIdentity: null,
    epoch: 3,
    differences: [],
  });
});

test.each([
  ["torn", (sandbox: Sandbox) => write(sandbox, '{"leader_id":'), 65],
  ["without an epoch", (sandbox: Sandbox) => write(sandbox, { ...state, leader_epoch: undefined }), 65],
  ["not there", (sandbox: Sandbox) => join(sandbox.directory, "no-file"), 69],
  ["a folder", (sandbox: Sandbox) => sandbox.directory, 78],
  [
    "a link",
    (sandbox: Sandbox) => {
      symlinkSync(write(sandbox), join(sandbox.directory, "link"));
      return join(sandbox.directory, "link");
    },
    78,
  ],
  [
    "a pipe",
    (sandbox: Sandbox) => {
      execFileSync("mkfifo", [join(sandbox.directory, "pipe")]);
      return join(sandbox.directory, "pipe");
    },
    78,
  ],
])("a file that is %s is refused, and the command does not wait", async (_, make, code) => {
  const sandbox = new Sandbox();
  const path = make(sandbox);
  expect(await sandbox.run(["adopt", path])).toMatchObject({ code, stderr: expect.stringContaining(path) as string });
});
