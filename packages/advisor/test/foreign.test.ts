import { foreignProofDocumentSchema } from "@tenure/schema";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foreignSystems, proveForeign } from "../src/index.ts";

const prove = (system: string, settings = ""): ReturnType<typeof proveForeign> =>
  proveForeign(system, settings === "" ? [] : settings.split(" "));
const inForce = ({ settings }: ReturnType<typeof proveForeign>): Record<string, number | string> =>
  Object.fromEntries(settings.map(({ name, value, durationMs }) => [name, durationMs ?? value]));
const acceptedByItself = ({ rules }: ReturnType<typeof proveForeign>): boolean =>
  rules.every(({ by, holds }) => by !== "system" || holds);

describe("client-go", () => {
  test("15/14/11 passes its validation, and two lead for 10 s whenever a holder cannot renew", () => {
    const proof = prove("client-go", "leaseDuration=15s renewDeadline=14s retryPeriod=11s");
    expect(acceptedByItself(proof)).toBe(true);
    expect(proof).toMatchObject({ verdict: "overlaps", overlap: { certainMs: 10_000, worstMs: 17_000 } });
    const other = prove("client-go", "leaseDuration=15s renewDeadline=14.9s retryPeriod=2s");
    expect(acceptedByItself(other)).toBe(true);
    expect(other.overlap.certainMs).toBe(1900);
  });

  test("its defaults leave 3 s, which an answer as late as its client allows uses up: 2 s of overlap at worst", () => {
    const proof = prove("client-go");
    expect(inForce(proof)).toMatchObject({ leaseDuration: 15_000, renewDeadline: 10_000, requestTimeout: 5000 });
    expect(proof.overlap).toMatchObject({ certainMs: 0, worstMs: 2000 });
    expect(prove("client-go", "requestTimeout=3s").verdict).toBe("excludes");
  });

  test("the record holds whole seconds, and takers count those: what is given beyond is not in force", () => {
    const cut = prove("client-go", "leaseDuration=15.9s renewDeadline=10s retryPeriod=500ms");
    expect(inForce(cut)).toMatchObject({ leaseDuration: 15_000 });
    expect(cut).toMatchObject({ verdict: "overlaps", overlap: { worstMs: 500 } });
    expect(cut.changes[0]).toMatch(/^leaseDuration=16s/u);
    // The record would hold 0, which the API server refuses; client-go itself takes it.
    expect(acceptedByItself(prove("client-go", "leaseDuration=900ms renewDeadline=500ms retryPeriod=100ms"))).toBe(
      false,
    );
  });

  // A look begins with a Get. One that was answered from just before the renewal is q late; a poll later the next shows the renewal, q late.
  // From there L is counted, up to when a look begins: one begun just too early takes q, and a poll later another takes a Get and an Update.
  test("nobody leads for as long as two polls and five answers may take on top", () => {
    expect(prove("client-go").gap.worstMs).toBe(2 * 4400 + 15_000 + 5 * 5000);
    expect(prove("client-go", "requestTimeout=1s").gap.worstMs).toBe(2 * 4400 + 15_000 + 5 * 1000);
  });

  test("OpenShift's 137/107/26 leave 4 s", () => {
    const proof = prove("client-go", "leaseDuration=137s renewDeadline=107s retryPeriod=26s requestTimeout=4s");
    expect(proof.overlap.worstMs).toBe(0);
    const later = prove("client-go", "leaseDuration=137s renewDeadline=107s retryPeriod=26s requestTimeout=5s");
    expect(later.overlap.worstMs).toBe(1000);
  });

  test("settings are found where its configuration has them", () => {
    expect(prove("patroni", "watchdog.mode=required watchdog.safety_margin=-1")).toEqual(
      prove("patroni", "watchdog=required safety_margin=-1"),
    );
    expect(prove("patroni", "mode=required")).toEqual(prove("patroni", "watchdog=required"));
  });

  test("what it proposes excludes", () => {
    const { changes } = prove("client-go", "leaseDuration=15s renewDeadline=14s retryPeriod=11s");
    expect(prove("client-go", `renewDeadline=14s retryPeriod=11s ${changes[0]?.split(",")[0]}`).verdict).toBe(
      "excludes",
    );
    const [, other] = prove("client-go").changes;
    expect(prove("client-go", other?.split(" ")[1]).verdict).toBe("excludes");
  });

  test("refuses what its validation refuses", () => {
    expect(acceptedByItself(prove("client-go", "renewDeadline=15s"))).toBe(false);
    expect(acceptedByItself(prove("client-go", "retryPeriod=9s"))).toBe(false);
    expect(acceptedByItself(prove("client-go", "retryPeriod=0s"))).toBe(false);
  });
});

describe("patroni", () => {
  test("its defaults use up the ttl to the second, and only a required watchdog excludes", () => {
    expect(prove("patroni")).toMatchObject({ verdict: "unbounded", gap: { worstMs: 40_000 } });
    expect(prove("patroni", "watchdog=required safety_margin=-1").verdict).toBe("excludes");
    expect(prove("patroni", "watchdog=required safety_margin=25").verdict).toBe("unbounded");
    const half = prove("patroni", "watchdog=required ttl=31 safety_margin=-1");
    expect(half.overlap.explanation).toContain("resets the machine 15s after");
    expect(inForce(half)).toMatchObject({ safety_margin: 16_000 });
  });

  // The keepalive follows the answer to the key's update, and a Patroni that stands still between the two sends it late: still before the
  // device ends what the keepalive before began. So the reset comes up to twice the timeout after the update, which fits only in half the ttl.
  test("a margin short of half the ttl is no guarantee, as its own page says: a keepalive may come later than that", () => {
    const usual = prove("patroni", "watchdog=required");
    expect(usual).toMatchObject({ verdict: "unbounded", overlap: { certainMs: 0, worstMs: null } });
    expect(usual.rules.some(({ by, holds }) => by === "tenure" && !holds)).toBe(true);
    expect(usual.changes).toContainEqual(expect.stringMatching(/^safety_margin=-1/u));
    expect(prove("patroni", "watchdog=required safety_margin=14").verdict).toBe("unbounded");
    expect(prove("patroni", "watchdog=required safety_margin=15").verdict).toBe("excludes");
  });

  test("what it proposes excludes", () => {
    const { changes } = prove("patroni", "ttl=30 loop_wait=20 retry_timeout=5");
    const settings = changes.flatMap((change) => /^(?:safety_margin|loop_wait)=-?\d+/u.exec(change) ?? []);
    expect(settings).toEqual(["safety_margin=-1", "loop_wait=15"]);
    expect(prove("patroni", `ttl=30 retry_timeout=5 watchdog=required ${settings.join(" ")}`).verdict).toBe("excludes");
  });

  test("what breaks its rule is lowered as it does it: loop_wait first, then retry_timeout", () => {
    expect(inForce(prove("patroni", "ttl=30 loop_wait=20 retry_timeout=10"))).toMatchObject({ loop_wait: 10_000 });
    const tight = prove("patroni", "ttl=20 loop_wait=10 retry_timeout=10");
    expect(inForce(tight)).toMatchObject({ ttl: 20_000, loop_wait: 1000, retry_timeout: 9000 });
    expect(acceptedByItself(tight)).toBe(false);
    expect(tight.changes[0]).toContain("ttl=20 loop_wait=1 retry_timeout=9");
    expect(inForce(prove("patroni", "ttl=5"))).toMatchObject({ ttl: 20_000 });
  });
});

describe("consul", () => {
  test("the lock delay is the margin: its defaults exclude, without it two lead", () => {
    expect(prove("consul")).toMatchObject({ verdict: "excludes", gap: { worstMs: 50_000 } });
    const none = prove("consul", "lockDelay=0");
    expect(none).toMatchObject({ overlap: { certainMs: 3000, worstMs: 10_000 } });
    expect(prove("consul", none.changes[0]).verdict).toBe("excludes");
    expect(prove("consul", "monitor-retry=90").changes[0]).toContain("fewer");
    // No number of retries makes up for an answer that late.
    const slow = prove("consul", "requestTimeout=1h");
    expect(slow.changes[0]).toMatch(/^requestTimeout=51 at most/u);
    expect(prove("consul", "requestTimeout=51 lockDelay=60").verdict).toBe("excludes");
  });

  test("refuses what the server refuses", () => {
    expect(acceptedByItself(prove("consul", "ttl=5s"))).toBe(false);
    expect(acceptedByItself(prove("consul", "lockDelay=61s"))).toBe(false);
  });
});

describe("etcd", () => {
  test("has no margin: an answer that is late is an overlap of its own length", () => {
    expect(prove("etcd")).toMatchObject({ overlap: { certainMs: 0, worstMs: 6000 } });
    expect(prove("etcd", "requestTimeout=1s stopTimeout=2s").overlap.worstMs).toBe(4000);
  });

  test("etcdctl lock ends its command never", () => {
    expect(prove("etcd", "client=etcdctl").verdict).toBe("unbounded");
  });

  test("the server raises a ttl below one and a half election timeouts", () => {
    expect(inForce(prove("etcd", "ttl=1 electionTimeout=1s"))).toMatchObject({ ttl: 2000 });
    expect(acceptedByItself(prove("etcd", "ttl=1"))).toBe(false);
    expect(acceptedByItself(prove("etcd", "ttl=2500ms"))).toBe(false);
  });

  test("its client ignores a ttl of 0, and takes its default", () => {
    const none = prove("etcd", "ttl=0");
    expect(inForce(none)).toMatchObject({ ttl: 60_000 });
    expect(none.gap).toEqual(prove("etcd").gap);
    expect(acceptedByItself(none)).toBe(false);
    expect(none.changes[0]).toContain("ttl=60");
  });

  // A leader that dies just before the lease runs out is missed after up to two election timeouts; the one elected lets every lease run for
  // its ttl and one election timeout more.
  test("a new etcd leader lets a lease run anew, for an election timeout longer, and is elected first", () => {
    expect(prove("etcd", "electionTimeout=50s ttl=80").gap.worstMs).toBe(80_000 + 2 * 50_000 + 50_000 + 80_000 + 500);
    expect(prove("etcd").gap.worstMs).toBe(123_500);
  });
});

describe("proper-lockfile", () => {
  test("nothing bounds how long two hold it", () => {
    expect(prove("proper-lockfile")).toMatchObject({ verdict: "unbounded", gap: { worstMs: null } });
  });

  test("who waits pauses 1 s, 2 s, 4 s and so on, and gives up before a lock is stale if its retries are few", () => {
    expect(prove("proper-lockfile", "retries=3")).toMatchObject({
      gap: { worstMs: null, explanation: expect.stringContaining("over after 7s") as string },
      changes: [expect.anything(), expect.stringMatching(/^retries=4 at least/u)],
    });
    expect(prove("proper-lockfile", "retries=4").gap.worstMs).toBe(18_000);
    expect(prove("proper-lockfile", "retries=10").gap.worstMs).toBe(522_000);
    expect(prove("proper-lockfile", "retries=10 maxTimeout=3s").gap.worstMs).toBe(13_000);
    expect(prove("proper-lockfile", "retries=2 maxTimeout=3s").changes[1]).toMatch(/^retries=5 at least/u);
    expect(acceptedByItself(prove("proper-lockfile", "retries=10 maxTimeout=500"))).toBe(false);
  });

  test("stale and update are moved where it moves them without a word", () => {
    expect(inForce(prove("proper-lockfile", "stale=1000"))).toMatchObject({ stale: 2000, update: 1000 });
    expect(inForce(prove("proper-lockfile", "stale=10s update=9s"))).toMatchObject({ update: 5000 });
    expect(acceptedByItself(prove("proper-lockfile", "stale=10s update=9s"))).toBe(false);
    expect(acceptedByItself(prove("proper-lockfile"))).toBe(true);
  });

  // As its own README has them: { retries: 5, factor: 3, minTimeout: 1000, maxTimeout: 60000, randomize: true }.
  test("pauses begin with minTimeout, grow by factor, and are up to twice as long where they are randomized", () => {
    expect(prove("proper-lockfile", "retries=5 factor=3 minTimeout=1000 maxTimeout=60000").gap.worstMs).toBe(70_000);
    expect(prove("proper-lockfile", "retries=4 factor=3 randomize=true").gap.worstMs).toBe(10_000 + 2 * 27_000);
    expect(prove("proper-lockfile", "retries=5 maxTimeout=20000 randomize=true").gap.worstMs).toBe(30_000);
    expect(prove("proper-lockfile", "retries=100 factor=1 minTimeout=100").gap.worstMs).toBe(10_100);
    const few = prove("proper-lockfile", "retries=5 minTimeout=100 maxTimeout=1000");
    expect(few.gap).toMatchObject({ worstMs: null, explanation: expect.stringContaining("over after 2.5s") as string });
    expect(few.changes[1]).toMatch(/^retries=13 at least/u);
    expect(prove("proper-lockfile", "retries=13 minTimeout=100 maxTimeout=1000").gap.worstMs).toBe(11_000);
    expect(prove("proper-lockfile", "retries=9 factor=0.5").changes[1]).toContain("minTimeout");
    expect(acceptedByItself(prove("proper-lockfile", "minTimeout=2000 maxTimeout=1000"))).toBe(false);
  });

  test("zero is a value and not the absence of one: the shortest update, and a longest pause that is refused", () => {
    expect(inForce(prove("proper-lockfile"))).toMatchObject({ update: 5000, maxTimeout: "none" });
    expect(inForce(prove("proper-lockfile", "update=null"))).toMatchObject({ update: 5000 });
    const zero = prove("proper-lockfile", "update=0");
    expect(inForce(zero)).toMatchObject({ update: 1000 });
    expect(acceptedByItself(zero)).toBe(false);
    expect(acceptedByItself(prove("proper-lockfile", "maxTimeout=0"))).toBe(false);
  });
});

describe("systemd", () => {
  test("its defaults start nothing again and notice no hang", () => {
    const proof = prove("systemd");
    expect(proof).toMatchObject({ verdict: "excludes", gap: { worstMs: null } });
    expect(proof.rules.filter(({ holds }) => !holds)).toHaveLength(2);
  });

  test("a limit that five restarts cannot reach is none; a reachable one leaves the unit down", () => {
    const loops = prove("systemd", "Restart=always RestartSec=5 WatchdogSec=30 TimeoutStopSec=10");
    expect(loops.rules.find(({ explanation }) => explanation.includes("never reached"))?.holds).toBe(false);
    expect(loops.gap.worstMs).toBe(45_000);
    expect(prove("systemd", "Restart=always WatchdogSec=30").gap.worstMs).toBeNull();
    expect(
      prove("systemd", "StartLimitIntervalSec=0").rules.some(({ explanation }) => /no start limit/u.test(explanation)),
    ).toBe(true);
  });

  test("a crash that ends with an exit code is followed by nothing where only signals are heard", () => {
    const proof = prove("systemd", "Restart=on-abnormal RestartSec=5 WatchdogSec=30");
    expect(proof.gap).toMatchObject({ worstMs: null, explanation: expect.stringContaining("by nothing") as string });
    expect(proof.changes).toContain("Restart=on-failure");
    expect(proof.rules.find(({ explanation }) => explanation.startsWith("WatchdogSec"))?.holds).toBe(true);
  });

  test("spans are read as systemd writes them", () => {
    const written = inForce(
      prove("systemd", "RestartSec=1min30s TimeoutStopSec=500ms WatchdogSec=1h StartLimitInterval=2m"),
    );
    expect(written).toMatchObject({
      RestartSec: 90_000,
      TimeoutStopSec: 500,
      WatchdogSec: 3_600_000,
      StartLimitIntervalSec: 120_000,
    });
    const spaced = inForce(
      proveForeign("systemd", ["RestartSec=5min 20", "TimeoutStopSec=1.5 hours", "WatchdogSec=30sec"]),
    );
    expect(spaced).toMatchObject({ RestartSec: 320_000, TimeoutStopSec: 5_400_000, WatchdogSec: 30_000 });
    expect(inForce(proveForeign("systemd", ["RestartSec=250us"]))).toMatchObject({ RestartSec: 0.25 });
    expect(() => prove("systemd", "RestartSec=5fortnights")).toThrow("not a duration");
    expect(() => prove("systemd", "RestartSec=min")).toThrow("not a duration");
    expect(() => prove("systemd", "RestartSec=1.2.3s")).toThrow("not a duration");
    expect(() => prove("systemd", "RestartSec=300d5w40d")).toThrow("at most 366 days");
  });

  test.each(["0", "infinity"])("TimeoutStopSec=%s waits for ever, so nothing bounds a hang", (span) => {
    const proof = prove("systemd", `Restart=always RestartSec=5 WatchdogSec=30 TimeoutStopSec=${span}`);
    expect(proof.settings).toContainEqual({ name: "TimeoutStopSec", value: "infinity" });
    expect(proof.gap).toMatchObject({
      worstMs: null,
      explanation: expect.stringContaining("TimeoutStopSec") as string,
    });
    expect(proof.changes.some((change) => change.startsWith("TimeoutStopSec="))).toBe(true);
  });

  test("a watchdog of infinity is none", () => {
    expect(prove("systemd", "Restart=always WatchdogSec=infinity").gap.worstMs).toBeNull();
  });

  test("on two machines two run", () => {
    expect(prove("systemd", "machines=2").verdict).toBe("unbounded");
  });
});

describe("settings", () => {
  test("are read in any spelling, with units or in the system's own", () => {
    expect(inForce(prove("client-go", "lease-duration=20 renew_deadline=12s"))).toMatchObject({
      leaseDuration: 20_000,
      renewDeadline: 12_000,
    });
    expect(inForce(prove("proper-lockfile", "stale=20000"))).toMatchObject({ stale: 20_000 });
    const flags = "leader-elect-lease-duration=15s leader-elect-renew-deadline=14s --leader-elect-retry-period=11s";
    expect(prove("client-go", flags)).toEqual(
      prove("client-go", "leaseDuration=15s renewDeadline=14s retryPeriod=11s"),
    );
  });

  test.each([
    ["client-go", "leaseduration", "is no setting; there are leaseDuration=…, renewDeadline=…"],
    ["client-go", "ttl=3s", "is no setting"],
    ["client-go", "=3s", "is no setting"],
    ["client-go", "leaseDuration=", "not a duration"],
    ["client-go", "leaseDuration=-3", "not a duration"],
    ["client-go", "leaseDuration=999999999999", "at most 366 days"],
    ["client-go", "leaseDuration=3s leaseDuration=4s", "given twice"],
    ["patroni", "watchdog=maybe", "one of off, automatic, required"],
    ["consul", "monitorRetries=many", "it is a number"],
    ["nomad", "ttl=3s", "--foreign names one of client-go, patroni"],
    ["client-go", "\u001B[2J=1", '"\\u001B[2J=1"'],
  ])("%s %s is refused: %s", (system, settings, message) => {
    expect(() => prove(system, settings)).toThrow(message);
  });
});

test("every system, whatever it is given, answers in the shape that is published, and cites its rules", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...foreignSystems),
      fc.infiniteStream(fc.double({ min: 0, max: 1e6, noNaN: true })),
      (system, numbers) => {
        const { settings } = proveForeign(system, []);
        const numeric = settings.filter(
          ({ durationMs, value }) => durationMs !== undefined || Number.isFinite(Number(value)),
        );
        expect(numeric).not.toEqual([]);
        const texts = numeric.map(({ name }) => `${name}=${Number(numbers.next().value).toFixed(3)}`);
        const proof = foreignProofDocumentSchema.parse(proveForeign(system, texts));
        expect(proof.sources.every((source) => source.startsWith("https://"))).toBe(true);
        const { certainMs, worstMs } = proof.overlap;
        expect(certainMs === null || worstMs === null || certainMs <= worstMs).toBe(true);
      },
    ),
  );
});
