import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sourcesIn } from "../src/diagnose/sources.ts";
import { documentIn } from "./documents.ts";
import { COMMAND, Sandbox } from "./sandbox.ts";

const line = (minute: number): string => `2026-05-03T08:0${minute}:00Z successfully acquired lease a/b\n`;

function logs(sandbox: Sandbox): string {
  const directory = join(sandbox.directory, "logs");
  mkdirSync(directory);
  return directory;
}

async function textOf({ chunks }: { readonly chunks: AsyncIterable<Uint8Array> }): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of chunks) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe("a folder that is diagnosed", () => {
  test("may have names that are no text", async () => {
    const sandbox = new Sandbox();
    const directory = logs(sandbox);
    const name = (text: string): Buffer => Buffer.concat([Buffer.from(`${directory}/${text}`), Buffer.from([0xff])]);
    writeFileSync(Buffer.concat([name("a"), Buffer.from(".log")]), line(1));
    mkdirSync(name("inner"));
    writeFileSync(Buffer.concat([name("inner"), Buffer.from("/b.log")]), line(2));
    const { code, stdout, stderr } = await sandbox.run(["diagnose", directory, "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(documentIn("finding", stdout)).toMatchObject({ files: 2, lines: 2 });
  });

  test("may have links that lead through a file", async () => {
    const sandbox = new Sandbox();
    const directory = logs(sandbox);
    writeFileSync(join(directory, "a.log"), line(1));
    symlinkSync(join(directory, "a.log", "b"), join(directory, "b.log"));
    const { code, stdout } = await sandbox.run(["diagnose", directory, "--json"]);
    expect(code).toBe(0);
    expect(documentIn("finding", stdout)).toMatchObject({ files: 1, lines: 1 });
  });

  test("may lose a file before that is read, and of one that grows what stood there is read, to the end of its line", async () => {
    const directory = logs(new Sandbox());
    const [gone, grows] = [join(directory, "a.log"), join(directory, "b.log")];
    writeFileSync(gone, line(1));
    writeFileSync(grows, `${line(1)}${line(2)}`);
    const whole = sourcesIn([directory]);
    writeFileSync(grows, line(3).slice(0, 20), { flag: "a" });
    const within = sourcesIn([directory]);
    appendFileSync(grows, `${line(3).slice(20)}${line(4)}`);
    rmSync(gone);
    expect(await textOf(whole[1] as (typeof whole)[0])).toBe(`${line(1)}${line(2)}`);
    expect(await textOf(within[1] as (typeof whole)[0])).toBe([1, 2, 3].map(line).join(""));
    await expect(textOf(whole[0] as (typeof whole)[0])).rejects.toThrow(/^gone since the folder was listed$/u);
    // One that was named must be there.
    await expect(textOf(sourcesIn([grows])[0] as (typeof whole)[0])).resolves.toContain(line(4));
    const named = sourcesIn([grows]);
    rmSync(grows);
    await expect(textOf(named[0] as (typeof whole)[0])).rejects.toThrow(/cannot be read: ENOENT/u);
  });
});

test("what comes by a pipe is read once, and a mapping drafted from it all the same", async () => {
  const sandbox = new Sandbox();
  const path = join(sandbox.directory, "duty.log");
  const says = (minute: number, text: string): string =>
    `2026-05-03T08:${String(minute).padStart(2, "0")}:00Z ${text}\n`;
  const rounds = Array.from({ length: 6 }, (_, index) => [
    says(index * 5, `lease of duty acquired by worker-${index} epoch ${index + 1}`),
    says(index * 5 + 1, `lease of duty renewed by worker-${index} epoch ${index + 1}`),
    says(index * 5 + 4, `lease of duty expired, held by worker-${index}`),
  ]);
  writeFileSync(path, rounds.flat().join(""));
  const told = (stdout: string): unknown => {
    const { verdict, terms, lines } = documentIn("finding", stdout);
    return { verdict: verdict.replaceAll(/\S+:\d+/gu, "PLACE"), terms: terms.length, lines };
  };
  const named = told((await sandbox.run(["diagnose", path, "--json"])).stdout);
  expect(named).toMatchObject({ verdict: expect.stringMatching(/^No mapping was given/u) as string, terms: 6 });
  const args = ["-c", 'cat "$1" | "$2" "$3" diagnose /dev/stdin --json', "sh", path, process.execPath, COMMAND];
  const piped = told((await sandbox.startProcess("sh", args).ended).stdout);
  expect(piped).toEqual(named);
});
