import { PassThrough } from "node:stream";
import { FakeClock } from "@tenure/core/testing";
import { expect, test } from "vitest";
import { FileSource } from "../src/progress/file-source.ts";
import { HttpSource } from "../src/progress/http-source.ts";
import { oneAtATime } from "../src/progress/one-at-a-time.ts";
import { PipeSource } from "../src/progress/pipe-source.ts";
import { describeSighting, look } from "../src/progress/sighting.ts";

class Reports {
  count = 0;
  readonly add = (): void => void this.count++;
}

/** What was answered meanwhile is handled. */
async function settled(): Promise<void> {
  await new Promise<void>((resolve) => void setImmediate(resolve));
}

test("a pipe: any line is a report, half a line is none, and after the stop it is still read", async () => {
  const pipe = new PassThrough();
  const source = new PipeSource(pipe);
  const reports = new Reports();
  source.start(reports.add);
  pipe.write("half ");
  await settled();
  expect(reports.count).toBe(0);
  pipe.write("a line\n");
  await settled();
  expect(reports.count).toBe(1);
  source.stop();
  pipe.write("\n".repeat(10));
  await settled();
  expect(reports.count).toBe(1);
  expect(pipe.readableLength).toBe(0);
});

test("a pipe: lines in the form of systemd-notify mean what they mean there, however they are cut", async () => {
  const pipe = new PassThrough();
  const source = new PipeSource(pipe);
  const told: string[] = [];
  source.start((report) => void told.push(report));
  const text =
    "READY=1\nSTATUS=order 7 of 40 \u00e9\nWATCHDOG=1\nMAINPID=4711\nSTOPPING=1\nplain words\nWATCHDOG=trigger\n";
  for (const byte of Buffer.from(text)) pipe.write(Buffer.of(byte));
  await settled();
  expect(told).toEqual(["ready", "progress", "progress", "failed"]);
  expect(source.trouble).toBe('it last said "order 7 of 40 \u00e9"');
  pipe.write("STATUS=\n");
  await settled();
  expect(source.trouble).toBe("");
});

test("a pipe: a line without an end takes no memory, and counts once when it ends", async () => {
  const pipe = new PassThrough();
  const source = new PipeSource(pipe);
  const reports = new Reports();
  source.start(reports.add);
  for (let each = 0; each < 100; each++) pipe.write(`STATUS=${"x".repeat(10_000)}`);
  pipe.write("\nup\n");
  await settled();
  expect(reports.count).toBe(1);
  expect(source.trouble.length).toBeLessThan(1_100);
});

test("a file: a change is a report; what it was before, its absence, and a look that fails are none", async () => {
  const clock = new FakeClock();
  const reports = new Reports();
  let file: { ino: bigint; mtimeNs: bigint } | null = { ino: 1n, mtimeNs: 5n };
  let looks = 0;
  const stat = async (): Promise<{ ino: bigint; mtimeNs: bigint }> => {
    looks++;
    if (file === null) throw new Error("ENOENT");
    return file;
  };
  const source = new FileSource({ path: "p", everyMs: 100, clock, stat });
  const after = async (found: typeof file): Promise<number> => {
    file = found;
    await clock.advance(100);
    await settled();
    return reports.count;
  };
  source.start(reports.add);
  await settled();
  expect(await after({ ino: 1n, mtimeNs: 5n })).toBe(0);
  expect(await after({ ino: 1n, mtimeNs: 6n })).toBe(1);
  expect(await after({ ino: 1n, mtimeNs: 6n })).toBe(1);
  expect(await after(null)).toBe(1);
  expect(await after({ ino: 2n, mtimeNs: 6n })).toBe(2);
  // Set back: somebody touched it.
  expect(await after({ ino: 2n, mtimeNs: 1n })).toBe(3);
  source.stop();
  const before = looks;
  expect(await after({ ino: 2n, mtimeNs: 9n })).toBe(3);
  expect(looks).toBe(before);
});

test("a file on a disk that hangs is asked once", async () => {
  const clock = new FakeClock();
  let looks = 0;
  const stat = (): Promise<never> => {
    looks++;
    return new Promise(() => {});
  };
  new FileSource({ path: "p", everyMs: 100, clock, stat }).start(() => {});
  for (let round = 0; round < 5; round++) await clock.advance(100);
  expect(looks).toBe(1);
});

test("a file on a disk that hangs is asked once, however many runs look at it one after the other", async () => {
  const clock = new FakeClock();
  const asked: { readonly path: string; readonly answer: (found: { ino: bigint; mtimeNs: bigint }) => void }[] = [];
  const stat = oneAtATime<{ ino: bigint; mtimeNs: bigint }>(
    (path) => new Promise((answer) => void asked.push({ path, answer })),
  );
  const reports = new Reports();
  const look = (path: string): FileSource => {
    const source = new FileSource({ path, everyMs: 100, clock, stat });
    source.start(reports.add);
    return source;
  };
  for (let run = 0; run < 5; run++) {
    const source = look("p");
    await clock.advance(1_000);
    source.stop();
  }
  look("another");
  look("p");
  await settled();
  expect(asked.map(({ path }) => path)).toEqual(["p", "another"]);
  // What the first look found may be from before the last run, which looks for itself.
  for (let at = 0; at < asked.length; at++) {
    if (asked[at]?.path === "p") asked[at]?.answer({ ino: 1n, mtimeNs: BigInt(at) });
    await settled();
  }
  expect(asked.filter(({ path }) => path === "p").length).toBeGreaterThan(1);
  expect(reports.count).toBe(0);
});

test("HTTP: 2xx is a report; another status, no answer and one that comes too late are none", async () => {
  const clock = new FakeClock();
  const reports = new Reports();
  const probes: {
    readonly signal: AbortSignal;
    readonly answer: (status: number) => void;
    readonly fail: () => void;
  }[] = [];
  const statusOf = (url: string, signal: AbortSignal): Promise<number> => {
    expect(url).toBe("http://h");
    return new Promise((answer, reject) => probes.push({ signal, answer, fail: () => reject(new Error("refused")) }));
  };
  const source = new HttpSource({ url: "http://h", everyMs: 100, clock, statusOf });
  source.start(reports.add);
  for (const [status, count] of [
    [200, 1],
    [204, 2],
    [301, 2],
    [404, 2],
    [503, 2],
    [199, 2],
    [299, 3],
  ] as const) {
    probes.at(-1)?.answer(status);
    await settled();
    expect(reports.count, String(status)).toBe(count);
    expect(source.trouble).toBe(status >= 200 && status < 300 ? "" : `http://h answered ${status}`);
    await clock.advance(100);
  }
  probes.at(-1)?.fail();
  await settled();
  expect(source.trouble).toBe("http://h did not answer: refused");
  await clock.advance(100);
  const late = probes.at(-1);
  await clock.advance(100);
  expect(late?.signal.aborted).toBe(true);
  late?.answer(200);
  await settled();
  expect(reports.count).toBe(3);
  source.stop();
  expect(probes.at(-1)?.signal.aborted).toBe(true);
  const before = probes.length;
  await clock.advance(1_000);
  expect(probes).toHaveLength(before);
});

test("what is seen of a process is in words, and what the system hides or garbles is left out", () => {
  const files: Record<string, string> = {
    "/proc/7/status": "Name:\tx\nState:\tD (disk sleep)\nThreads:\t3\n",
    "/proc/7/wchan": "nfs_wait",
  };
  const readFile = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new Error("ENOENT");
    return text;
  };
  const seen = look(7, { readFile, readDir: () => ["0", "1"] });
  expect(seen).toEqual({ state: "D", waitsIn: "nfs_wait", threads: 3, openDescriptors: 2 });
  expect(describeSighting(seen)).toBe("state D, waits in nfs_wait, 3 threads, 2 open descriptors");
  files["/proc/7/wchan"] = "0";
  expect(look(7, { readFile, readDir: () => [] }).waitsIn).toBeNull();
  const hidden = look(8, { readFile, readDir: () => [readFile("")] });
  expect(describeSighting(hidden)).toBe("nothing of its process could be seen");
});
