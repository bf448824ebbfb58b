import { cpus } from "node:os";
import { expect, test, vi } from "vitest";
import { ControlGroup, need, run, thawed, threads } from "./support/machine.ts";
import type { Setting } from "./support/machine.ts";
import type { Member } from "./support/member.ts";
import { Place } from "./support/place.ts";
import type { MemberSettings } from "./support/place.ts";

/** One leads, and another waits. It has made sure that it leads, and has not acted on that yet. */
async function aboutToAct(place: Place, settings: MemberSettings = {}): Promise<[blue: Member, green: Member]> {
  const [blue, green] = await place.pair(settings, { ...settings, wrapper: [] });
  blue.tell("begin");
  await blue.next("begun");
  return [blue, green];
}

/** Kept from running, it was succeeded; now it runs again. */
async function nothingLate(place: Place, blue: Member, green: Member): Promise<void> {
  expect(await place.takes((await green.act()).epoch)).toBe("taken");
  expect(await place.takes((await blue.act("finish")).epoch)).toBe("EFENCED");
  expect(await blue.act()).toMatchObject({ kind: "refused", epoch: 1 });
  await place.judge(["I1", "I2"]);
}

test("P4 a holder frozen by its control group, which neither it nor its parent is told, is succeeded and does nothing late", async (context) => {
  const place = new Place();
  const freezer = new ControlGroup(context, "freezer", thawed);
  const [blue, green] = await aboutToAct(place);
  freezer.add(await blue.pid());
  await freezer.freeze();
  expect((await green.next("granted")).epoch).toBeGreaterThan(1);
  freezer.set(thawed);
  await nothingLate(place, blue, green);
});

test("P5 a holder that gets no processor time loses its lease, and does nothing late", async (context) => {
  need(context, "chrt, taskset and the right to real-time scheduling", "chrt", "-f", "1", "taskset", "-c", "0", "true");
  const place = new Place();
  const [blue, green] = await aboutToAct(place, { wrapper: ["taskset", "-c", "0"], leaseDurationMs: 1_000 });
  run("chrt", "-a", "-i", "-p", "0", String(await blue.pid()));
  // A real-time one takes most of each second, which is longer than the holder may be silent; then it is the ordinary ones' turn.
  const busy = ["taskset", "-c", "0", "sh", "-c", "while :; do :; done"];
  const hogs = [["chrt", "-f", "1", ...busy], ...Array.from({ length: 8 }, () => busy)].map((hog) => place.start(hog));
  expect((await green.next("granted")).epoch).toBeGreaterThan(1);
  for (const hog of hogs) hog.kill("SIGKILL");
  run("chrt", "-a", "-o", "-p", "0", String(await blue.pid()));
  await nothingLate(place, blue, green);
});

test("P6 a holder throttled by its control group loses its lease, and does nothing late", async (context) => {
  const perSecond = (us: number): Setting => [
    ["cpu.cfs_quota_us", String(us)],
    ["cpu.max", `${us} 1000000`],
  ];
  const place = new Place();
  const group = new ControlGroup(context, "cpu", [
    ["cpu.cfs_period_us", "1000000"],
    ["cpu.max", "max 1000000"],
  ]);
  const [blue, green] = await aboutToAct(place);
  group.add(await blue.pid());
  group.set(perSecond(1_000));
  expect((await green.next("granted")).epoch).toBeGreaterThan(1);
  group.set(perSecond(1_000_000 * cpus().length));
  await nothingLate(place, blue, green);
});

test("P8 a holder killed for want of memory is succeeded at once", async (context) => {
  const place = new Place();
  const limit: Setting = [
    ["memory.limit_in_bytes", String(400 << 20)],
    ["memory.max", String(400 << 20)],
  ];
  const memory = new ControlGroup(context, "memory", limit);
  const [blue, green] = await place.pair({ leaseDurationMs: 600_000 });
  memory.add(await blue.pid());
  blue.tell("memory");
  expect((await green.next("granted")).epoch).toBeGreaterThan(1);
  expect((await blue.running.ended).code).toBe(137);
  await place.judge();
});

test("P9 when no process can be started, tenure run says so and gives the lease back", async (context) => {
  const place = new Place();
  const pids = new ControlGroup(context, "pids", [
    ["pids.max", "max"],
    ["pids.max", "max"],
  ]);
  const blue = place.member("blue", { leaseDurationMs: 10_000 });
  await blue.next("granted");
  const runner = place.tenure("run", place.name, "--verbose", "--", "true");
  await runner.line(/waiting for "jobs"/u);
  // A runtime that cannot have its own threads aborts; this is about what comes after.
  const leader = threads(await blue.pid());
  await vi.waitFor(() => expect(threads(runner.pid)).toBeGreaterThanOrEqual(leader), { timeout: 10_000, interval: 5 });
  pids.add(runner.pid);
  const full = pids.read("pids.current", "pids.current");
  pids.set([
    ["pids.max", full],
    ["pids.max", full],
  ]);
  blue.tell("release");
  const { code, output } = await runner.ended;
  expect(code).toBe(126);
  expect(output).toContain("EAGAIN");
  const store = await place.open();
  expect((await store.read(place.name)).record).toMatchObject({
    holderIdentity: null,
    releaseReason: "failed",
  });
});

test("P10 a holder out of file descriptors goes on renewing, and can still give the lease back", async () => {
  const place = new Place();
  const wrapper = ["sh", "-c", 'ulimit -n 80 && exec "$@"', "sh"];
  const [blue, green] = await place.pair({ leaseDurationMs: 5_000, wrapper }, { leaseDurationMs: 5_000 });
  blue.tell("files");
  expect((await blue.next("exhausted")).code).toBe("EMFILE");
  await blue.renews(2);
  blue.tell("release");
  await blue.next("released");
  expect((await green.next("granted")).epoch).toBeGreaterThan(1);
  await place.judge(["I1", "I2", "I5"]);
});
