import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { COMMAND, Sandbox } from "./sandbox.ts";

describe("what is opened", () => {
  const line = (minute: number, holder: string): string =>
    `2026-05-03T08:0${minute}:00Z duty taken by ${holder} term ${minute}\n`;
  const mapping = (sandbox: Sandbox): string => {
    const path = join(sandbox.directory, "mapping.json");
    const message = { kind: "acquired", match: "^duty taken by (?<holder>\\S+) term (?<epoch>\\d+)$" };
    writeFileSync(path, JSON.stringify({ name: "duty", messages: [message] }));
    return path;
  };
  const logs = (sandbox: Sandbox): string => {
    const directory = join(sandbox.directory, "logs");
    mkdirSync(directory);
    return directory;
  };

  test("a file that cannot be read is named, wherever it stands among the others", async () => {
    const sandbox = new Sandbox();
    const [first, unreadable] = [join(sandbox.directory, "a.log"), join(sandbox.directory, "b.log")];
    writeFileSync(first, line(1, "a").repeat(20_000));
    // Nobody can open a socket, not even root.
    const server = createServer().listen(unreadable);
    await once(server, "listening");
    for (const args of [[], ["--learn"], ["--mapping", mapping(sandbox)]]) {
      const { code, stderr } = await sandbox.run(["diagnose", first, unreadable, ...args]);
      expect({ code, stderr }).toEqual({
        code: 69,
        stderr: expect.stringMatching(/^.*b\.log" cannot be read: .*ENXIO.*\n$/u) as string,
      });
    }
    server.close();
  });

  test("more files are read than may be open at once, without a mapping too", async () => {
    const sandbox = new Sandbox();
    const directory = logs(sandbox);
    for (let index = 0; index < 100; index++) writeFileSync(join(directory, `a.log.${index}`), line(1, "a"));
    const args = [process.execPath, COMMAND, "diagnose", directory, "--json"];
    const { ended } = sandbox.startProcess("sh", ["-c", 'ulimit -n 60; exec "$@"', "sh", ...args]);
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(documentIn("finding", stdout).files).toBe(100);
  });

  test("links to logs are followed, each file is read once, and a link that leads round or nowhere is none", async () => {
    const sandbox = new Sandbox();
    const directory = logs(sandbox);
    const elsewhere = join(sandbox.directory, "elsewhere");
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, "0.log"), line(1, "a"));
    writeFileSync(join(elsewhere, "1.log"), line(2, "b"));
    symlinkSync(join(elsewhere, "0.log"), join(directory, "pod-a.log"));
    symlinkSync(join(elsewhere, "1.log"), join(directory, "pod-b.log"));
    symlinkSync(join(elsewhere, "1.log"), join(directory, "pod-c.log"));
    symlinkSync(join(elsewhere, "gone.log"), join(directory, "pod-d.log"));
    symlinkSync(join(directory, "pod-e.log"), join(directory, "pod-e.log"));
    symlinkSync(directory, join(directory, "round.log"));
    const args = ["diagnose", directory, join(elsewhere, "0.log"), "--mapping", mapping(sandbox), "--json"];
    const { code, stdout, stderr } = await sandbox.run(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { files, lines, terms } = documentIn("finding", stdout);
    expect({ files, lines }).toEqual({ files: 2, lines: 2 });
    expect(terms.map(({ holderIdentity }) => holderIdentity)).toEqual(["a", "b"]);
  });

  test("--git is read again for a draft, as the files are", async () => {
    const sandbox = new Sandbox();
    const repository = logs(sandbox);
    const git = (minute: number, ...args: readonly string[]): void => {
      const date = `2026-05-03T08:0${minute}:00Z`;
      const env = { ...sandbox.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
      const who = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgSign=false"];
      execFileSync("git", ["-C", repository, ...who, ...args], { env, stdio: "ignore" });
    };
    git(0, "init");
    for (const minute of [1, 2]) {
      const state = { leader_id: `x-${minute}`, leader_epoch: minute, last_heartbeat: `2026-05-03T08:0${minute}:00Z` };
      writeFileSync(join(repository, "state.json"), JSON.stringify({ ...state, ttl_ms: 60_000 }));
      git(minute, "add", "--all");
      git(minute, "commit", "-m", "x");
    }
    const { stdout } = await sandbox.run(["diagnose", "--git", join(repository, "state.json"), "--json"]);
    const { terms, verdict } = documentIn("finding", stdout);
    expect(verdict).toMatch(/^No mapping was given, so one was guessed/u);
    expect(terms.map(({ holderIdentity }) => holderIdentity)).toEqual(["x-1", "x-2"]);
  });
});
