import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ProcessIdentity } from "@tenure/schema";
import { readProcessIdentity } from "@tenure/schema/light";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { clockFacts, systemClock, thisProcess } from "../src/index.ts";
import type { ClockReading } from "../src/index.ts";
import { need, newPidNamespace, runScript, startScript } from "./kernel.ts";

const HOUR_MS = 3_600_000;

describe.skipIf(process.platform !== "linux")("the clocks (needs Linux)", () => {
  test("both count the same time while the machine is awake", async () => {
    const clock = systemClock();
    const before = clock.now();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const after = clock.now();
    const monotonicMs = after.monotonicMs - before.monotonicMs;
    expect(monotonicMs).toBeGreaterThanOrEqual(49);
    // 10 ms of resolution, and whatever a loaded machine puts between two readings.
    expect(Math.abs(after.boottimeMs - before.boottimeMs - monotonicMs)).toBeLessThan(1_000);
    expect(clockFacts()).toEqual({ boottimeSource: "/proc/uptime", resolutionMs: 10 });
  });

  test("C3 the boot-time clock counts time asleep, which the monotonic one does not", async (context) => {
    const wrapper = ["unshare", "--time", "--boottime", "3600", "--fork", "--kill-child"];
    need(context, "root, time namespaces and unshare(1)", [...wrapper, "true"]);
    const asleep = await runScript<ClockReading>(`print(host.systemClock().now());`, { wrapper });
    expect(asleep.boottimeMs - systemClock().now().boottimeMs).toBeGreaterThan(HOUR_MS - 120_000);
    expect(asleep.monotonicMs).toBeLessThan(HOUR_MS / 2);
  });

  test("C5 where containers have an uptime of their own (lxcfs), no two of them compare times by it", async (context) => {
    const uptime = join(mkdtempSync(join(tmpdir(), "tenure-uptime-")), "uptime");
    onTestFinished(() => rmSync(dirname(uptime), { recursive: true }));
    writeFileSync(uptime, "5.00 1.00\n");
    const over = (path: string): string[] => ["sh", "-c", `mount --bind ${path} /proc/uptime && exec "$@"`, "sh"];
    const inContainer = [...newPidNamespace, ...over(uptime)];
    need(context, "root, mount namespaces and unshare(1)", [...inContainer, "true"]);
    interface Seen {
      readonly here: ProcessIdentity;
      readonly now: ClockReading;
      readonly lost: readonly string[];
      readonly verdict: string;
    }
    const script = `const here = host.thisProcess(); const { verdict } = host.proveDeath(host.processOf(1), { sameMachine: false });
      print({ here, now: host.systemClock().now(), lost: host.hostFacts().lost, verdict });`;
    const [one, other] = await Promise.all([1, 2].map(() => runScript<Seen>(script, { wrapper: inContainer })));
    expect(one?.now.boottimeMs).toBe(5_000);
    const names = [one, other].map((seen) => seen?.here.timeNamespace);
    expect(new Set([...names, thisProcess().timeNamespace]).size).toBe(3);
    for (const name of names) expect(name).toMatch(/^private:/u);
    // Within one of them all is as ever.
    expect(one?.verdict).toBe("alive");
    expect(readProcessIdentity(one?.here)).toEqual(one?.here);
    expect(one?.lost.join()).toContain("/proc/uptime is not the kernel's");
  });

  test("C1 a wall clock that steps an hour moves neither of the clocks that decide", async (context) => {
    need(context, "a C compiler", ["cc", "--version"]);
    const found = await runScript<{ before: ClockReading; after: ClockReading }>(
      `
      const clock = host.systemClock();
      const before = clock.now();
      fs.writeFileSync(process.env.TENURE_TEST_STEP, "");
      print({ before, after: clock.now() });`,
      { env: wallStep() },
    );
    expect(found.after.wallMs - found.before.wallMs).toBeGreaterThan(HOUR_MS - 1_000);
    expect(found.after.monotonicMs - found.before.monotonicMs).toBeLessThan(HOUR_MS / 2);
    expect(found.after.boottimeMs - found.before.boottimeMs).toBeLessThan(HOUR_MS / 2);
  });

  test("P10 a process out of file descriptors still knows the time to 10 ms", async () => {
    const found = await runScript<{ code: string; reading: ClockReading; facts: unknown }>(
      `
      const clock = host.systemClock();
      clock.now();
      let code;
      try { for (;;) fs.openSync("/dev/null"); } catch (error) { code = error.code; }
      print({ code, reading: clock.now(), facts: host.clockFacts() });`,
      { wrapper: ["sh", "-c", `ulimit -n 40 && exec "$@"`, "sh"] },
    );
    expect(found).toMatchObject({ code: "EMFILE", facts: { boottimeSource: "/proc/uptime" } });
    expect(found.reading.boottimeMs).toBeGreaterThan(0);
  });
});

describe("timers", () => {
  afterEach(() => vi.useRealTimers());
  const useFakeTimers = () => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });

  /** Node takes a longer delay for none, and a timer that starts itself anew at once would hang this test. */
  function startLong(delayMs: number, run: () => void) {
    const setTimeout = vi.spyOn(globalThis, "setTimeout");
    const timer = systemClock().startTimer(delayMs, run);
    expect(setTimeout.mock.lastCall?.[1]).toBeLessThan(2 ** 31);
    setTimeout.mockRestore();
    return timer;
  }

  test("a delay beyond 24.8 days is waited out", () => {
    useFakeTimers();
    const run = vi.fn();
    startLong(2 ** 31 + 5_000, run);
    vi.advanceTimersByTime(2 ** 31 + 4_999);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
  });

  test("an endless delay never ends", () => {
    useFakeTimers();
    const run = vi.fn();
    const timer = startLong(Number.POSITIVE_INFINITY, run);
    vi.advanceTimersByTime(2 ** 33);
    expect(run).not.toHaveBeenCalled();
    timer.cancel();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("one that fires early waits for the rest", () => {
    useFakeTimers();
    const run = vi.fn();
    systemClock().startTimer(100, run);
    const early = vi.spyOn(performance, "now").mockReturnValue(performance.now() + 99.5);
    vi.advanceTimersByTime(100);
    expect(run).not.toHaveBeenCalled();
    early.mockRestore();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
  });

  test("one that is cancelled does not fire, also between the stages of a long one", () => {
    useFakeTimers();
    const run = vi.fn();
    const timer = startLong(2 ** 32, run);
    vi.advanceTimersByTime(2 ** 31);
    timer.cancel();
    vi.advanceTimersByTime(2 ** 32);
    expect(run).not.toHaveBeenCalled();
  });

  test("a delay that is past runs soon, but never before the call returns", async () => {
    const order: string[] = [];
    const ran = new Promise<void>((resolve) => {
      systemClock().startTimer(-5, () => {
        order.push("run");
        resolve();
      });
    });
    order.push("returned");
    await ran;
    expect(order).toEqual(["returned", "run"]);
    expect(() => systemClock().startTimer(Number.NaN, () => undefined)).toThrow(RangeError);
  });

  test("none keeps the process alive", async () => {
    const script = startScript(`host.systemClock().startTimer(3_600_000, () => {});`);
    expect(await once(script, "exit")).toEqual([0, null]);
  });
});

/** A library that adds an hour to the wall clock, and to it alone, once the file appears. */
function wallStep(): NodeJS.ProcessEnv {
  const directory = mkdtempSync(join(tmpdir(), "tenure-host-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const [source, library, trigger] = ["step.c", "step.so", "step"].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(
    source,
    `#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
static long step(void) { const char *p = getenv("TENURE_TEST_STEP"); return p && access(p, F_OK) == 0 ? 3600 : 0; }
int clock_gettime(clockid_t id, struct timespec *ts) {
  int result = syscall(SYS_clock_gettime, id, ts);
  if (result == 0 && id == CLOCK_REALTIME) ts->tv_sec += step();
  return result;
}
int gettimeofday(struct timeval *restrict tv, void *restrict tz) {
  (void)tz;
  struct timespec ts;
  clock_gettime(CLOCK_REALTIME, &ts);
  tv->tv_sec = ts.tv_sec;
  tv->tv_usec = ts.tv_nsec / 1000;
  return 0;
}
`,
  );
  const { status, stderr } = spawnSync("cc", ["-shared", "-fPIC", "-o", library, source], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return { LD_PRELOAD: library, TENURE_TEST_STEP: trigger };
}
