import type { FindingDocument, Mapping } from "@tenure/schema";
import { describe, expect, test } from "vitest";
import { diagnose, learn, type Source } from "../src/index.ts";
import { mapping } from "./mapping.ts";
import { World } from "./world.ts";

const START = Date.UTC(2026, 4, 4, 8);

function stamp(seconds: number): string {
  return new Date(START + seconds * 1_000).toISOString();
}

function file(name: string, lines: readonly string[]): Source {
  return {
    name,
    modifiedAt: START + 86_400_000,
    chunks: (async function* () {
      await Promise.resolve();
      yield Buffer.from(`${lines.join("\n")}\n`);
    })(),
  };
}

async function told(lines: readonly string[], mappings: readonly Mapping[] = []): Promise<FindingDocument> {
  return await diagnose([file("app.log", lines)], { mappings });
}

async function causes(lines: readonly string[]): Promise<string[]> {
  return (await told(lines)).findings.filter(({ part }) => part === "cause").map(({ ruleId }) => ruleId);
}

describe("lines that a collector or a logger wraps", () => {
  const head = "E0504 08:00:10.000000       1 leaderelection.go:332] ";
  const failed = `${head}error retrieving resource lock a/b: context deadline exceeded`;
  const lost = "I0504 08:00:12.000000       1 leaderelection.go:285] failed to renew lease a/b: timed out";

  test.each([
    ["Docker's", (text: string) => JSON.stringify({ log: `${text}\n`, stream: "stderr", time: stamp(10) })],
    ["a container runtime's", (text: string) => `${stamp(10)} stderr F ${text}`],
    ["as they stand", (text: string) => text],
  ])("%s are read", async (_, wrapped) => {
    expect(await causes([failed, lost].map((text) => wrapped(text)))).toEqual(["store-unreachable"]);
  });

  test("JSON inside a container runtime's line keeps its own fields", async () => {
    const line = `${stamp(10)} stdout F ${JSON.stringify({ time: START, level: 50, msg: "tick", err: { code: "EACCES" } })}`;
    expect(await causes([line, `${stamp(12)} stdout F {"msg":"lost lease x"}`])).toEqual(["permission-denied"]);
  });

  test("pairs are read, quoted or not, and a line that only has one is a line of text", async () => {
    const of = (seconds: number, rest: string): string => `ts=${stamp(seconds)} level=warn ${rest}`;
    const lines = [
      of(1, 'msg="failed to renew lease" err="dial tcp: i/o \\"timeout\\": ECONNREFUSED"'),
      of(9, 'msg="lock lost"'),
    ];
    const { findings, unparsed } = await told([...lines, `${stamp(10)} [INFO] it says level=warn and no more`]);
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(["store-unreachable"]);
    expect(unparsed).toEqual([]);
  });

  test("what went wrong may stand beside the message", async () => {
    const lines = [
      JSON.stringify({ time: START, msg: "write failed", err: { code: "ENOSPC", message: "no space left" } }),
      JSON.stringify({ time: START + 3_000, msg: "stopped leading", error: "" }),
    ];
    expect(await causes(lines)).toEqual(["store-full"]);
  });
});

test.each([
  ["GC(7) Pause Full (G1 Compaction Pause) 900M->870M(1024M) 21044.512ms", "event-loop-stall"],
  ["[Full GC (Ergonomics) 9000K->8000K(9216K), 31.2098741 secs]", "event-loop-stall"],
  ["Total time for which application threads were stopped: 19.0012000 seconds, Stopping", "event-loop-stall"],
  ["Detected pause in JVM or host machine (eg GC): pause of approximately 17203ms", "event-loop-stall"],
  ["STALE EVENT LOOP: expected 1000 ms, but spent 44012 ms", "event-loop-stall"],
  ["consumer poll timeout has expired. This means too long", "event-loop-stall"],
  ["Slow write: /data/lease took 31002 ms", "store-slow"],
  ["INFO: task jbd2/vda1-8:310 blocked for more than 120 seconds.", "store-slow"],
])("before a loss, %s", async (line, ruleId) => {
  expect(await causes([`${stamp(30)} WARN ${line}`, `${stamp(33)} WARN lost the lease`])).toEqual([ruleId]);
});

test.each([
  "Unable to reconnect to ZooKeeper service, session 0x20004a has expired (org.apache.zookeeper.ClientCnxn)",
  "[Controller id=4] Resigned (kafka.controller.KafkaController)",
  "revoked leadership: DefaultContext{role=jobs, id=77}",
  "[GroupCoordinator 1]: Member w-1 in group g has failed, removing it from the group",
])("a lease is lost by the words: %s", async (line) => {
  expect(await causes([`${stamp(1)} WARN slow fdatasync`, `${stamp(3)} INFO ${line}`])).toEqual(["store-slow"]);
});

test("who gives up asking a store has not given up starting anybody", async () => {
  const asked = `${stamp(1)} ERROR Request to server failed: MaxRetryError(Max retries exceeded with url: /v3/kv)`;
  expect(await causes([asked, `${stamp(3)} INFO demoting self because DCS is not accessible`])).toEqual([
    "store-unreachable",
  ]);
});

test("the leader of the store is not the holder of the lease", async () => {
  const lines = [
    `${stamp(1)} [INFO] agent.server: cluster leadership lost`,
    `${stamp(9)} [WARN] core: leadership lost`,
  ];
  const [finding] = (await told(lines)).findings;
  expect(finding).toMatchObject({ ruleId: "store-failover", evidence: [{ line: 1 }, { line: 2 }] });
});

test("who heard nothing from the store while it stood still itself accuses it in vain", async () => {
  const pause = `${stamp(40)} INFO GC(7) Pause Full (System.gc()) 9M->8M(10M) 21044.512ms`;
  const silent = `${stamp(41)} WARN Client session timed out, have not heard from server in 21500ms for session id 0x1`;
  const expired = `${stamp(42)} WARN Unable to reconnect to ZooKeeper service, session 0x1 has expired`;
  expect(await causes([pause, silent, expired])).toEqual(["event-loop-stall"]);
  expect(await causes([silent, expired])).toEqual(["store-unreachable"]);
});

test("a service that its watchdog ended had not reported, and how it ended is told", async () => {
  const unit = (at: number, text: string): string =>
    `May  4 08:${String(at).padStart(2, "0")}:00 host systemd[1]: job.service: ${text}`;
  const lines = [
    "May  4 08:00:30 host job[77]: successfully acquired lease a/b",
    unit(20, "Watchdog timeout (limit 30s)!"),
    unit(20, "Killing process 77 (job) with signal SIGABRT."),
    unit(21, "Main process exited, code=dumped, status=6/ABRT"),
  ];
  expect((await told(lines)).findings).toMatchObject([
    {
      ruleId: "holder-crashed",
      verdict: expect.stringMatching(/exit code 134\), 1 of them ended by whoever watches it/u) as string,
    },
  ]);
});

test("slow trouble that is told when it is over, after the lease was found expired, led to that all the same", async () => {
  const lines = [
    `${stamp(0)} duty taken by a term 1`,
    `${stamp(20)} duty kept by a term 1`,
    `${stamp(40)} duty kept by a term 1`,
    `${stamp(180)} duty of a term 1 is over since 80 s`,
    `${stamp(190)} slow write: /srv/duty took 129000 ms`,
  ];
  expect((await told(lines, [mapping])).findings.map(({ ruleId }) => ruleId)).toContain("store-slow");
  const short = [...lines.slice(0, 4), `${stamp(190)} slow write: /srv/duty took 900 ms`];
  expect((await told(short, [mapping])).findings.map(({ ruleId }) => ruleId)).not.toContain("store-slow");
});

test.each([
  ["<134>1 2026-05-04T08:00:05Z host app 12 - - stopped leading", "syslog's"],
  ["W, [2026-05-04T08:00:05.123456 #42]  WARN -- : stopped leading", "Ruby's"],
  ["WARN: 2026-05-04 08:00:05 stopped leading", "a level first"],
  ["1777881605.25 WARN stopped leading", "seconds"],
  ["[Mon May  4 08:00:05.5 2026] stopped leading", "a day's name"],
  ["2026-05-04 08:00:05.1 | WARNING  | stopped leading", "columns"],
  ["  2026/05/04 08:00:05 [WARN] stopped leading", "an indent"],
  ["[2026-05-04 08:00:05,1: WARNING/MainProcess] stopped leading", "Python's"],
])("%s: the time is read", async (line) => {
  expect(await causes([`${stamp(1)} slow fdatasync`, line])).toEqual(["store-slow"]);
});

describe("the words of other systems", () => {
  test.each([
    [
      "Patroni",
      "ERROR: Error communicating with DCS",
      "INFO: demoted self because DCS is not accessible",
      "store-unreachable",
    ],
    [
      "Vault",
      "[ERROR] storage: 500 (No cluster leader)",
      "[WARN]  core: leadership lost, stopping active operation",
      "store-failover",
    ],
    [
      "Curator",
      "WARN Client session timed out, have not heard from server in 26681ms",
      "INFO State change: LOST",
      "store-unreachable",
    ],
    [
      "BullMQ",
      "WARN event loop was blocked for 41320ms",
      "ERROR Missing lock for job 5. moveToFinished",
      "event-loop-stall",
    ],
    [
      "a lock of Redis",
      "ERROR READONLY You can't write against a read only replica.",
      "WARN lost lock jobs, stopping",
      "store-failover",
    ],
    [
      "redlock",
      "ERROR ExecutionError: unable to achieve a quorum during its retry window.",
      "WARN lost lock jobs",
      "renewal-failed",
    ],
  ])("%s", async (_, before, after, rule) => {
    expect(await causes([`${stamp(1)} ${before}`, `${stamp(5)} ${after}`])).toEqual([rule]);
  });

  test("one loss that is told three times is one", async () => {
    const lines = [`${stamp(1)} slow fdatasync`, ...[5, 9, 14].map((at) => `${stamp(at)} leader election lost`)];
    expect((await told(lines)).findings[0]?.verdict).toContain("before 1 loss)");
  });

  test("a loss that its holder tells after its successor leads was counted when it was found", async () => {
    const mappings = [
      {
        ...mapping,
        messages: [...mapping.messages, { kind: "lost" as const, match: "^duty lost by (?<holder>\\S+)" }],
      },
    ];
    const world = new World()
      .says(0, "duty taken by a term 1")
      .state(0, "a", 1)
      .says(61, "EACCES: duty.json")
      .says(70, "duty of a term 1 is over since 9 s");
    world
      .says(75, "duty taken by b term 2")
      .state(75, "b", 2)
      .says(90, "duty lost by a")
      .says(95, "duty handed in by b");
    const [finding] = (await world.diagnosed(mappings)).findings;
    expect(finding?.verdict).toContain("before 1 loss)");
  });

  test("a loop that stood still says so when the lease is gone already", async () => {
    const world = (said: string): World =>
      new World()
        .says(0, "duty taken by a term 1")
        .state(0, "a", 1)
        .says(75, "duty of a term 1 is over since 15 s")
        .says(280, said);
    expect(await world("event loop blocked for 270000 ms").finding("event-loop-stall")).toMatchObject({
      part: "cause",
    });
    expect(await world("event loop delay 12 ms").finding("event-loop-stall")).toBeUndefined();
    expect(await world("event loop blocked for 90 s").finding("event-loop-stall")).toBeUndefined();
  });

  test("trouble that comes all day makes no cause of the loss that it happens to come before", async () => {
    const noise = Array.from({ length: 12 }, (_, hour) => `${stamp(hour * 3_600)} slow fdatasync`);
    const of = async (lines: readonly string[]): Promise<FindingDocument> =>
      await told([...lines].toSorted((a, b) => a.localeCompare(b)));
    const loss = `${stamp(7_230)} lost lease x`;
    const { findings, verdict } = await of([...noise, loss]);
    expect(findings).toMatchObject([{ ruleId: "store-slow", confidence: "low" }]);
    expect(findings[0]?.counterEvidence).toEqual([expect.stringContaining("11 times without a loss")]);
    expect(verdict).toMatch(/^Perhaps the store answered/u);
    expect((await of([...noise.slice(2, 3), loss])).findings).toMatchObject([{ confidence: "medium" }]);
  });

  test("a line that does not say what could not be reached makes a guess, and says so", async () => {
    const [finding] = (
      await told([
        `${stamp(1)} GET /prices: ECONNREFUSED`,
        `${stamp(5)} stopped leading`,
        `${stamp(200)} GET /prices: ECONNREFUSED`,
        `${stamp(205)} stopped leading`,
      ])
    ).findings;
    expect(finding).toMatchObject({ ruleId: "store-unreachable", confidence: "medium" });
    expect(finding?.counterEvidence).toHaveLength(1);
  });

  test("a store that was slow, then changed its leader, then timed out: one cause and what came of it", async () => {
    const { findings } = await told([
      `${stamp(1)} slow fdatasync`,
      `${stamp(2)} etcdserver: leader changed`,
      `${stamp(3)} error retrieving resource lock a/b: context deadline exceeded`,
      `${stamp(5)} leader election lost`,
    ]);
    expect(findings.map(({ ruleId, part }) => [ruleId, part])).toEqual([
      ["store-slow", "cause"],
      ["store-failover", "contributor"],
      ["store-unreachable", "contributor"],
    ]);
  });
});

describe("what the answer may not say", () => {
  test("that nothing is wrong where leases ran out unexplained", async () => {
    const world = new World()
      .says(0, "duty taken by a term 1")
      .says(20, "duty kept by a term 1")
      .says(40, "duty kept by a term 1");
    world
      .says(130, "duty of a term 1 is over since 30 s")
      .says(131, "duty taken by b term 2")
      .says(200, "duty of b is over since 1 s");
    const { verdict } = await world.diagnosed();
    expect(verdict).toMatch(/^I cannot tell why\. The lease was lost or ran out/u);
    expect(verdict).toContain("guard.log:");
  });

  test("that a process sees a read file where none was", async () => {
    expect((await diagnose([])).verdict).toMatch(/^Nothing was read/u);
  });

  test("anything for certain, by a mapping that nobody has read", async () => {
    const world = (): World =>
      new World()
        .says(0, "lease acquired by node-a7 term 1")
        .says(2, "lease released by node-a7 term 1")
        .says(5, "lease acquired by node-b8 term 1");
    const { mapping: drafted } = await learn(world().sources());
    const { findings, verdict } = await diagnose(world().sources(), { mappings: [drafted], isDrafted: true });
    expect(findings.map(({ ruleId, confidence }) => [ruleId, confidence])).toEqual([["epoch-regression", "medium"]]);
    expect(verdict).toMatch(/^No mapping was given/u);
  });
});

describe("a clock that was set back", () => {
  const steps = [0, 60, 120, -3_480, -3_420];

  test("shows in two files at once, and then an epoch that goes back is not sure", async () => {
    const { findings } = await diagnose([
      file(
        "a.log",
        steps.map((at, index) => `${stamp(at)} became leader, number ${index}`),
      ),
      file(
        "b.log",
        steps.map((at) => `${stamp(at + 1)} poll`),
      ),
    ]);
    expect(findings).toMatchObject([{ ruleId: "clock-step", confidence: "medium" }]);
    expect(findings[0]?.verdict).toContain("3600 s");
  });

  test("is not seen in one file that goes back alone", async () => {
    expect(await causes(steps.map((at) => `${stamp(at)} poll`))).toEqual([]);
  });
});

describe("how holders and starts end", () => {
  test("killed holders release nothing, and the kernel says why", async () => {
    const world = new World();
    for (const [index, at] of [0, 200, 400].entries())
      world
        .says(at, `forked ${index + 50}`)
        .says(at + 1, `duty taken by p${index} term ${index + 1}`)
        .says(at + 90, `kernel: Out of memory: Killed process ${index + 50} (p) total-vm:1kB`);
    const { findings } = await world.diagnosed();
    const ids = findings.map(({ ruleId }) => ruleId);
    expect(ids).toContain("holder-crashed");
    expect(ids).not.toContain("release-path-dead");
    expect(findings.find(({ ruleId }) => ruleId === "holder-crashed")?.verdict).toContain("want of memory");
  });

  test("a limit that tripped leaves nobody to start the holder", async () => {
    expect(await causes([`${stamp(1)} x.service: Start request repeated too quickly.`])).toEqual(["gave-up"]);
  });
});

test("a name in colour is one name, in a log and in a state", async () => {
  const name = "boss\u001b[31m-1";
  const { terms } = await new World().says(0, `duty taken by ${name} term 1`).state(1, name, 1).diagnosed();
  expect(terms.map(({ holderIdentity }) => holderIdentity)).toEqual(["boss-1"]);
});
