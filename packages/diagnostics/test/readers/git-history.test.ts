import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { diagnose, gitHistory, type RunProgram } from "../../src/index.ts";
import { mapping } from "../mapping.ts";

const run: RunProgram = async function* (program, args, input) {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  // Who asks for nothing is not read, and may have ended by now.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  yield* child.stdout as AsyncIterable<Uint8Array>;
};

/** A real repository, in which one file has the contents given, committed a minute apart; `null` deletes it. */
function repository(file: string, contents: readonly (string | null)[]): string {
  const directory = mkdtempSync(join(tmpdir(), "tenure-git-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const git = (args: readonly string[], env: NodeJS.ProcessEnv = {}): void => {
    const identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgSign=false"];
    execFileSync("git", ["-C", directory, ...identity, ...args], { env: { ...process.env, ...env }, stdio: "ignore" });
  };
  git(["init"]);
  for (const [index, content] of contents.entries()) {
    if (content === null) rmSync(join(directory, file));
    else writeFileSync(join(directory, file), content);
    writeFileSync(join(directory, "other"), String(index));
    const date = `2026-04-02T09:${String(index).padStart(2, "0")}:00Z`;
    git(["add", "--all"]);
    git(["commit", "-m", "x"], { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date });
  }
  return directory;
}

async function versionsOf(directory: string, file: string): Promise<Record<string, unknown>[]> {
  const chunks = [];
  for await (const chunk of gitHistory(run, { directory, file, name: file }).chunks) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString().trim().split("\n");
  return lines.map((line) => (line.startsWith("{") ? (JSON.parse(line) as Record<string, unknown>) : { text: line }));
}

const duty = (who: string, term: number): string => `${JSON.stringify({ who, term, ttl: 60_000 }, null, 2)}\n`;

describe("the history of a file in git", () => {
  test("each version with its commit's time, oldest first, and what was no document as it stood", async () => {
    const directory = repository("duty.json", [duty("a", 1), duty("b", 2), '{"who": "b', "", duty("c", 3), null]);
    const versions = await versionsOf(directory, "duty.json");
    expect(versions.map(({ committed_at, state }) => [committed_at, state])).toEqual([
      ["2026-04-02T09:00:00+00:00", { who: "a", term: 1, ttl: 60_000 }],
      ["2026-04-02T09:01:00+00:00", { who: "b", term: 2, ttl: 60_000 }],
      ["2026-04-02T09:02:00+00:00", '{"who": "b'],
      ["2026-04-02T09:03:00+00:00", null],
      ["2026-04-02T09:04:00+00:00", { who: "c", term: 3, ttl: 60_000 }],
      ["2026-04-02T09:05:00+00:00", null],
    ]);
    expect(versions[0]?.["commit"]).toMatch(/^[0-9a-f]{12}$/u);
  });

  test("it is read as any history of a state, and a torn version is a finding", async () => {
    const file = "duty.jsonl";
    const mine = {
      ...mapping,
      states: [
        {
          ...mapping.states?.[0],
          kind: "state" as const,
          file,
          document: "/state",
          time: "/committed_at",
          facts: { holder: "/who", epoch: "/term", leaseDurationMs: "/ttl" },
        },
      ],
    };
    const findings = async (contents: readonly string[]): Promise<string[]> => {
      const directory = repository(file, contents);
      const document = await diagnose([gitHistory(run, { directory, file, name: file })], { mappings: [mine] });
      return document.findings.map(({ ruleId }) => ruleId);
    };
    expect(await findings([duty("a", 1), '{"who": "b', duty("b", 2)])).toContain("state-torn");
    expect(await findings([duty("a", 1), duty("b", 2)])).not.toContain("state-torn");
    expect(await findings([duty("a", 2), "", duty("b", 1)])).toContain("epoch-regression");
  });

  test.each(["-rf", "--output=x", ":(glob)*", "*", "a\nb", "ü \t\"'$(touch x)", "HEAD"])(
    "a file named %j is that file",
    async (name) => {
      const directory = repository(name, [duty("a", 1), duty("b", 2)]);
      expect((await versionsOf(directory, name)).map(({ state }) => state)).toMatchObject([{ who: "a" }, { who: "b" }]);
    },
  );

  test("a version too large for a state is named, and those after it are read", async () => {
    const directory = repository("duty.json", [duty("a", 1), "x".repeat(1_100_000), duty("b", 2)]);
    const versions = await versionsOf(directory, "duty.json");
    expect(versions).toMatchObject([
      { state: { who: "a" } },
      {
        text: expect.stringMatching(
          /^the version of 2026-04-02T09:01:00\S+ .* was not read: it has 1100000 bytes$/u,
        ) as string,
      },
      { state: { who: "b" } },
    ]);
  });

  test("a file that no commit has says so", async () => {
    expect(await versionsOf(repository("duty.json", [duty("a", 1)]), "other.json")).toEqual([
      { text: "no commit has this file" },
    ]);
  });

  test("nothing that the repository configures is run, also for a commit that is signed", async () => {
    const directory = repository("duty.json", [duty("a", 1)]);
    const [trap, program] = [join(directory, "sprung"), join(directory, "program")];
    // Signs for everybody, and leaves a trace whenever it is run. It reads what it is given: git takes a pipe that
    // nobody reads for a signature that failed.
    const signature = "-----BEGIN PGP SIGNATURE-----\\n\\nx\\n-----END PGP SIGNATURE-----\\n";
    writeFileSync(
      program,
      `#!/bin/sh\ncat >/dev/null\ntouch '${trap}'\nprintf -- '${signature}'\necho '[GNUPG:] SIG_CREATED ' >&2\n`,
      { mode: 0o755 },
    );
    const git = (...args: readonly string[]): void =>
      void execFileSync("git", ["-C", directory, ...args], { stdio: "ignore" });
    for (const setting of ["core.pager", "core.fsmonitor", "gpg.program", "diff.external", "core.sshCommand"])
      git("config", setting, program);
    git("config", "log.showSignature", "true");
    writeFileSync(join(directory, "duty.json"), duty("b", 2));
    git("-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--all", "--gpg-sign", "-m", "signed");
    rmSync(trap);
    expect(await versionsOf(directory, "duty.json")).toHaveLength(2);
    expect(existsSync(trap)).toBe(false);
  });
});
