import { readLeaseRecord } from "@tenure/schema/light";
import { describe, expect, test } from "vitest";
import { Lie, need } from "./support/machine.ts";
import type { Member } from "./support/member.ts";
import { Place } from "./support/place.ts";

const HOUR_S = 3_600;

/** Until when it may act, by its latest word. */
function validUntil(member: Member): number {
  return Math.max(...member.said.map((said) => said.validUntil ?? 0));
}

test("C1 an hour's step of the wall clock, either way, under a live holder and a live waiter, changes no holder and costs no renewal", async (context) => {
  const place = new Place();
  const lie = new Lie(context);
  const [blue, green] = await place.pair({ leaseDurationMs: 5_000, env: lie.env });
  for (const seconds of [HOUR_S, -HOUR_S, 0]) {
    const before = blue.said.length;
    lie.step(seconds);
    expect(await blue.next("told", before)).toMatchObject({ type: "clock.stepped" });
    await blue.renews(2);
  }
  const renewals = blue.said.filter(({ kind }) => kind === "renewed").map((said) => said.renewals);
  expect(renewals).toEqual(renewals.map((_, index) => index + 1));
  expect(green.said.map(({ kind }) => kind)).toEqual(["up", "joining"]);
  blue.tell("release");
  expect((await green.next("granted")).epoch).toBeGreaterThan(1);
  await place.judge(["I1", "I2", "I5"]);
});

test("C3 a holder that slept begins nothing after waking and says why; one that waits does not count the sleep", async (context) => {
  const place = new Place();
  const lie = new Lie(context);
  const [blue, green] = await place.pair({ leaseDurationMs: 4_000, env: lie.env });
  await blue.renews(1);
  lie.sleep(HOUR_S);
  expect(await blue.act()).toMatchObject({ kind: "refused", reason: "suspended" });
  expect(await blue.next("ended")).toMatchObject({ reason: "suspended" });
  const renewed = blue.said.findLast(({ kind }) => kind === "renewed");
  const granted = await green.next("granted");
  // Awake, the record had to stand for the whole lease duration before another took over.
  expect(granted.at - HOUR_S * 1_000 - (renewed?.sentAt ?? 0)).toBeGreaterThan(3_900);
  await place.judge();
});

describe("a clock that runs ten times too fast or too slow, far outside of what is documented,", () => {
  const atRate = (context: Parameters<typeof need>[0], rate: string): readonly string[] => {
    const wrapper = ["faketime", "-f", `+0 x${rate}`];
    need(context, "faketime", ...wrapper, "true");
    return wrapper;
  };

  test("C4 does not let a waiter in early, since the one that counts sleep disagrees", async (context) => {
    const place = new Place();
    const leaseDurationMs = 3_000;
    const [blue, green] = await place.pair({ leaseDurationMs }, { leaseDurationMs, wrapper: atRate(context, "10") });
    await blue.renews(1);
    blue.kill("SIGSTOP");
    expect((await green.next("granted")).at).toBeGreaterThan(validUntil(blue));
    blue.kill("SIGCONT");
    expect(await blue.act()).toMatchObject({ kind: "refused" });
    await place.judge(["I1", "I2"], { earlyMs: 3_000 });
  });

  test("C4 does not let a holder stay longer, and what it had begun is fenced off", async (context) => {
    const place = new Place();
    // Its renewals, by its own slow timers, come too late.
    const blue = place.member("blue", { leaseDurationMs: 3_000, wrapper: atRate(context, "0.1") });
    await blue.next("granted");
    blue.tell("begin");
    await blue.next("begun");
    const green = place.member("green", { leaseDurationMs: 3_000 });
    const granted = await green.next("granted");
    expect(granted.at).toBeGreaterThan(validUntil(blue));
    expect(await place.takes((await green.act()).epoch)).toBe("taken");
    expect(await place.takes((await blue.act("finish")).epoch)).toBe("EFENCED");
    expect(await blue.act()).toMatchObject({ kind: "refused", epoch: 1 });
    await place.judge(["I1", "I2"], { earlyMs: 3_000 });
  });
});

test("C6 the time zone of a process changes nothing that is stored, and a time without a zone is refused", async () => {
  const place = new Place();
  const begun = Date.now();
  for (const zone of ["America/New_York", "Asia/Kolkata"]) {
    const member = place.member(zone, { env: { TZ: zone } });
    const { record } = await member.next("granted");
    expect(record.acquireTime).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u);
    expect(Math.abs(Date.parse(record.acquireTime ?? "") - begun)).toBeLessThan(HOUR_S * 500);
    member.tell("release");
    await member.next("released");
    // In the hour that comes twice, these are two moments in one zone, and none in another.
    expect(() => readLeaseRecord({ ...record, acquireTime: "2026-11-01T01:30:00" })).toThrow("/acquireTime");
  }
});

describe("on the two sides of a time namespace", () => {
  const offsetS = 100_000;
  const wrapper = ["unshare", "--time", "--monotonic", "5000", "--boottime", String(offsetS), "--fork", "--kill-child"];
  const inside = { wrapper, bootOffsetMs: offsetS * 1_000, leaseDurationMs: 2_000 };

  test.each([
    ["holder", inside, {}],
    ["waiter", {}, inside],
  ])(
    "C5 a %s inside of it is not taken for dead: a kill is succeeded when the lease has run out",
    async (_, ours, theirs) => {
      const place = new Place();
      const [blue, green] = await place.pair(ours, theirs);
      await blue.renews(1);
      blue.kill("SIGKILL");
      await blue.running.ended;
      const granted = await green.next("granted");
      expect(granted.at).toBeGreaterThan(validUntil(blue));
      await place.judge();
    },
  );
});
