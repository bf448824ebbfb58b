import { scenario, type Scenario } from "./scenario.ts";
import { restarts, run } from "./watchdog.ts";

/** What befell people with other leases, by class. The threads are public; each stands for more of its kind. */
export interface FieldScenario extends Scenario {
  readonly kind: "C1" | "C2" | "C3" | "C4" | "C5" | "C6" | "C7" | "C8" | "C9" | "C10" | "C11";
  /** `owner/repository#number`. */
  readonly threads: readonly string[];
  /** Why the first holder's first term ended, as tenure tells it. `null`: it did not, until all faults were over. */
  readonly told: string | null;
  /**
   * The findings of `tenure diagnose`, given the store's journal alone. Why somebody stopped renewing is not in it: that is in the holder's
   * own log, as `told`.
   */
  readonly found: readonly string[];
}

type Script = Parameters<typeof scenario>[0];

function field(about: Omit<FieldScenario, keyof Scenario>, script: Omit<Script, "rule">): FieldScenario {
  return { ...scenario({ ...script, rule: about.kind }), ...about };
}

const HOUR_MS = 3_600_000;
const alone = { startMs: 0 } as const;

export const fromTheField: readonly FieldScenario[] = [
  field(
    {
      kind: "C1",
      threads: ["operator-framework/operator-sdk#1813", "NVIDIA/gpu-operator#772"],
      told: "store-unreachable",
      found: ["renewal-stopped"],
    },
    {
      name: "the server does not answer for longer than the deadline",
      events: [{ kind: "partition", agent: 0, forMs: 30_000, atMs: 10_000 }],
      world: { store: "network" },
    },
  ),
  field(
    { kind: "C1", threads: ["cirello-io/dynamolock#280"], told: null, found: [] },
    {
      name: "answers are lost after the commit, and none of the renewals is lost with them",
      events: [{ kind: "status", atMs: 20_000 }],
      world: { store: "network", network: { dropRequest: 0, dropResponse: 0.3, delay: 0, longestDelayMs: 0 } },
    },
  ),
  field(
    {
      kind: "C1",
      threads: ["rounakdatta/homelab.setup#172", "kubearchive/kubearchive#1176"],
      told: "store-unreachable",
      found: ["renewal-stopped"],
    },
    {
      name: "a store that gets slower and slower",
      events: [{ kind: "ramp", forMs: 40_000, upToMs: 6_000, atMs: 3_000 }],
      world: { store: "network" },
    },
  ),
  field(
    { kind: "C1", threads: ["kubernetes#65094", "controller-runtime#3027"], told: null, found: [] },
    {
      name: "one request hangs, and the next one is sent in time",
      events: [{ kind: "slow-network", forMs: 1_500, upToMs: 4_000, atMs: 10_000 }],
      world: { store: "network" },
    },
  ),
  field(
    {
      kind: "C2",
      threads: ["apache/iceberg#2034", "redisson/redisson#775"],
      told: "renewal-stopped",
      found: ["renewal-stopped"],
    },
    { name: "the loop that renews has ended, and nobody noticed", agents: [{ termMs: 6_000, leaving: "neglect" }, {}] },
  ),
  field(
    {
      kind: "C2",
      threads: ["coalesce-labs/catalyst#2696", "Yeachan-Heo/gajae-code#4704"],
      told: "work-stalled",
      found: ["work-failed"],
    },
    {
      name: "the work has hung, and its process lives",
      agents: [
        run({ startsInMs: 500, hangsAfterMs: 5_000, endsInMs: null, progress: { deadlineMs: 3_000, graceMs: 2_000 } }),
        run({}),
      ],
      world: { restarts },
    },
  ),
  ...[HOUR_MS, -HOUR_MS].map((byMs) =>
    field(
      { kind: "C3", threads: ["ShedLock#231", "juju#6940", "cockroach#3779"], told: null, found: [] },
      { name: `the wall clock is set by ${byMs / HOUR_MS} h`, events: [{ kind: "step-wall", byMs, atMs: 10_000 }] },
    ),
  ),
  field(
    {
      kind: "C4",
      threads: ["ipfs/js-ipfs-repo#188", "earendil-works/pi#1322"],
      told: "suspended",
      found: ["renewal-stopped"],
    },
    {
      name: "the machine sleeps for longer than the lease",
      events: [{ kind: "suspend", forMs: 30_000, atMs: 10_000 }],
    },
  ),
  field(
    { kind: "C4", threads: ["gsd-build/gsd-2#1512"], told: null, found: [] },
    {
      name: "the machine sleeps for less than the deadline",
      events: [{ kind: "suspend", forMs: 3_000, atMs: 10_000 }],
    },
  ),
  field(
    {
      kind: "C4",
      threads: ["openclaw#9084", "nodejs/node#47724"],
      told: "suspended",
      found: ["renewal-stopped"],
    },
    {
      name: "the machine sleeps for longer than the lease, and nobody else waits: the next term has an epoch of its own",
      agents: [{}],
      events: [{ kind: "suspend", forMs: 30_000, atMs: 10_000 }],
    },
  ),
  field(
    {
      kind: "C5",
      threads: ["taskforcesh/bullmq#3183", "OptimalBits/bull#1416"],
      told: "event-loop-stall",
      found: ["renewal-stopped"],
    },
    { name: "a stall of twice the lease", events: [{ kind: "pause", agent: 0, forMs: 30_000, atMs: 10_000 }] },
  ),
  field(
    {
      kind: "C5",
      threads: ["digitaldrywood/detent#1433", "openshift/origin#7845"],
      told: "event-loop-stall",
      found: ["renewal-stopped"],
    },
    {
      name: "others take nearly all of the processor",
      events: [{ kind: "starve", agent: 0, forMs: 30_000, latenessMs: 20_000, atMs: 10_000 }],
    },
  ),
  field(
    {
      kind: "C6",
      threads: ["etcd#11456", "volcano-sh/kthena#1793"],
      told: "event-loop-stall",
      found: ["renewal-stopped"],
    },
    {
      name: "one that was succeeded goes on with what it had begun",
      agents: [{ dawdleMs: 100, workEveryMs: 200 }, {}],
      events: [{ kind: "pause", agent: 0, forMs: 25_000, atMs: 10_000 }],
    },
  ),
  field(
    { kind: "C7", threads: ["apache/storm#4374", "abrt/libreport#345"], told: "died", found: ["holder-died"] },
    {
      name: "a holder is killed, and is succeeded by what proves it",
      events: [{ kind: "kill", agent: 0, atMs: 10_000 }],
    },
  ),
  field(
    {
      kind: "C7",
      threads: ["littlebearapps/untether#459", "sonichi/sutando#3831"],
      told: "died",
      found: ["holder-died"],
    },
    {
      name: "another process has the number of the dead holder",
      agents: [{ downMs: 1, recyclesPid: true }, {}],
      events: [{ kind: "kill", agent: 0, atMs: 10_000 }],
    },
  ),
  field(
    {
      kind: "C7",
      threads: ["node-proper-lockfile#121", "vellum-assistant#24899"],
      told: "died",
      found: ["holder-died"],
    },
    {
      name: "two come for what a dead holder left, at the same moment",
      agents: [{}, {}, { startMs: 100 }],
      events: [{ kind: "kill", agent: 0, atMs: 10_000 }],
    },
  ),
  field(
    {
      kind: "C7",
      threads: ["pacemaker#453", "Icinga2#1074"],
      told: "store-unreachable",
      found: ["renewal-stopped"],
    },
    { name: "the disk is full", events: [{ kind: "fill-disk", forMs: 25_000, atMs: 10_000 }] },
  ),
  field(
    { kind: "C7", threads: ["tox-dev/filelock#660"], told: "died", found: ["renewal-stopped"] },
    {
      name: "the holder's host starts anew, which is no proof to another host",
      events: [{ kind: "reboot", agent: 0, downMs: 5_000, atMs: 10_000 }],
      world: { store: "network" },
    },
  ),
  field(
    { kind: "C8", threads: ["hashicorp/consul#797", "hashicorp/consul#3754"], told: "released", found: [] },
    {
      name: "a command ignores SIGTERM, and is ended before its lease is given back",
      agents: [run({ endsInMs: null }), run({})],
      events: [{ kind: "terminate", agent: 0, atMs: 10_000 }],
      world: { restarts },
    },
  ),
  field(
    { kind: "C8", threads: ["hashicorp/consul#873", "hashicorp/consul#2022"], told: "released", found: [] },
    {
      name: "what a command started has left its group, and is ended with it",
      agents: [run({ escapes: true, endsInMs: null }), run({})],
      events: [{ kind: "terminate", agent: 0, atMs: 10_000 }],
      world: { restarts },
    },
  ),
  field(
    { kind: "C8", threads: ["hashicorp/consul#1155"], told: "event-loop-stall", found: ["renewal-stopped"] },
    {
      name: "the lease is lost while its command comes up",
      agents: [run({ startsInMs: 4_000 }), run({})],
      events: [{ kind: "pause", agent: 0, forMs: 15_000, atMs: 1_000 }],
      world: { restarts },
    },
  ),
  field(
    {
      kind: "C9",
      threads: ["eltmon/overdeck#2219", "ChronoAIProject/consensus-rnd#768"],
      told: "work-stalled",
      found: ["work-failed"],
    },
    {
      name: "a command hangs, and the next one is not judged by its silence",
      agents: [
        run({
          startsInMs: 1_500,
          hangsAfterMs: 6_000,
          endsInMs: null,
          progress: { deadlineMs: 2_000, graceMs: 3_000 },
        }),
      ],
      world: { restarts },
    },
  ),
  field(
    { kind: "C9", threads: ["GilgameshCaw/Caw#71"], told: null, found: [] },
    {
      name: "a cold start takes ten times what is allowed between two signs of work",
      agents: [run({ startsInMs: 10_000, progress: { deadlineMs: 1_000, graceMs: 12_000 } })],
      world: { restarts },
    },
  ),
  field(
    { kind: "C9", threads: ["eltmon/overdeck#1714", "kunchenguid/firstmate#4316"], told: null, found: [] },
    {
      name: "the machine stands still, then has no time for the watchdog either, and the command is only slow",
      agents: [run({ worksEveryMs: 900, progress: { deadlineMs: 2_000, graceMs: 2_000 } })],
      events: [
        { kind: "suspend", forMs: 2_600, atMs: 6_200 },
        { kind: "suspend", forMs: 2_900, atMs: 14_700 },
        { kind: "starve", agent: 0, forMs: 10_000, latenessMs: 1_500, atMs: 20_000 },
      ],
      world: { restarts },
    },
  ),
  field(
    {
      kind: "C9",
      threads: ["NousResearch/hermes-agent#64432", "LanternOps/breeze#2763"],
      told: "died",
      found: ["holder-died", "work-failed"],
    },
    {
      name: "the watchdog dies with each of its commands, and the budget outlives it",
      agents: [run({ runsForMs: 2_500, exitCode: 1 }, { downMs: 10 })],
      events: [1_500, 3_500, 5_500, 7_500, 9_500].map((atMs) => ({ kind: "kill", agent: 0, atMs }) as const),
      world: { restarts },
    },
  ),
  field(
    {
      kind: "C9",
      threads: ["FootprintAI/Containarium#1152", "puppetlabs-docker#615"],
      told: "released",
      found: ["work-failed"],
    },
    {
      name: "a command fails again and again, and the limit trips",
      agents: [run({ runsForMs: 400, exitCode: 1 })],
      world: { restarts },
    },
  ),
  field(
    { kind: "C10", threads: ["kubernetes#22775", "kubernetes#61151"], told: null, found: [] },
    { name: "two processes under one identity", agents: [{ holderIdentity: "host" }, { holderIdentity: "host" }] },
  ),
  field(
    { kind: "C10", threads: ["sliceworkz/eventstore#176"], told: "released", found: [] },
    { name: "an owner acquires again", agents: [{ ...alone, termMs: 4_000, leaving: "release" }] },
  ),
  field(
    { kind: "C11", threads: ["client-go#587", "kubernetes/enhancements#2835"], told: "transferred", found: [] },
    {
      name: "another is to lead from now on",
      events: [{ kind: "request-transfer", to: "green", expiresAfterMs: 10_000, atMs: 10_000 }],
    },
  ),
];
