import { isLoopback, type StoreGuarantees, type StoreProbe } from "@tenure/core";
import { RefusedError, type Gateway } from "./gateway.ts";
import { asList, asObject } from "./txn.ts";

/** From this share of its quota on, a database is said to be nearly full. */
const NEARLY_FULL = 0.8;
const MIB = 1024 * 1024;

export interface Member {
  readonly id: string;
  readonly name: string;
  readonly isLearner: boolean;
}

/** What a cluster says of itself. `null`: it did not tell, or not to this user. */
export interface ServerFacts {
  readonly endpoint: URL;
  readonly version: string | null;
  readonly memberId: string | null;
  /** `"0"`: none. */
  readonly leaderId: string | null;
  readonly members: readonly Member[] | null;
  /** As `NOSPACE on m1`. */
  readonly alarms: readonly string[] | null;
  readonly leaderChanges: number | null;
  readonly databaseBytes: number | null;
  readonly quotaBytes: number | null;
}

/** Asked, not assumed. Being refused an answer is no failure; being unable to ask is one. */
export async function askServer(gateway: Gateway, signal?: AbortSignal): Promise<ServerFacts> {
  const status = await tells(gateway, "/v3/maintenance/status", signal);
  const { endpoint } = gateway;
  const members = await askMembers(gateway, signal);
  const alarms = alarmsOf(await tells(gateway, "/v3/maintenance/alarm", signal), members ?? []);
  const metrics = (await orNull(() => gateway.metrics({ signal, isRepeatable: true }))) ?? "";
  return {
    endpoint,
    version: textOf(status?.["version"]),
    memberId: status === null ? null : textOf(asObject(status["header"])["member_id"]),
    // What is zero is left out.
    leaderId: status === null ? null : (textOf(status["leader"]) ?? "0"),
    members,
    alarms,
    leaderChanges: metric(metrics, "etcd_server_leader_changes_seen_total"),
    databaseBytes: typeof status?.["dbSize"] === "string" ? Number(status["dbSize"]) : null,
    quotaBytes: metric(metrics, "etcd_server_quota_backend_bytes"),
  };
}

/** All that decides what a cluster can promise. */
export async function askMembers(gateway: Gateway, signal?: AbortSignal): Promise<readonly Member[] | null> {
  return membersOf(await tells(gateway, "/v3/cluster/member/list", signal));
}

export function guaranteesOf(members: ServerFacts["members"]): StoreGuarantees {
  const survivesFailover = votersOf(members) >= 3;
  return {
    engine: "etcd",
    scope: "network",
    linearizable: true,
    // A member that was started without fsync does not tell.
    durable: true,
    survivesFailover,
    serverClock: false,
    journal: "atomic",
    tellsDeath: false,
    fair: false,
    epochResets: [
      "a restored snapshot, or data folder",
      "a crash of a member started with --unsafe-no-fsync, which it does not tell",
      ...(survivesFailover ? [] : ["loss of the data of one member"]),
      "a deletion of the store's keys",
    ],
  };
}

export function probeOf(storeId: string, facts: ServerFacts): StoreProbe {
  const { version, memberId, members, leaderId, alarms, leaderChanges, endpoint } = facts;
  return {
    engine: "etcd",
    storeId,
    facts: {
      version: version ?? "unknown",
      member: memberId === null ? "unknown" : nameOf(memberId, members ?? []),
      members: members === null ? "unknown" : membersText(members),
      leader: leaderText(leaderId, members ?? []),
      leader_changes: leaderChanges === null ? "unknown" : `${leaderChanges} seen by this member since it started`,
      alarms: alarms === null ? "unknown" : alarms.join(", ") || "none",
      database: databaseText(facts),
      fsync: "unknown: etcd does not tell of --unsafe-no-fsync",
      tls: endpoint.protocol === "https:" ? "on" : "off",
    },
    warnings: warningsOf(facts),
  };
}

function warningsOf({ members, leaderId, alarms, databaseBytes, quotaBytes, endpoint }: ServerFacts): string[] {
  const isNearlyFull = databaseBytes !== null && quotaBytes !== null && databaseBytes > quotaBytes * NEARLY_FULL;
  return [
    ...(leaderId === "0" ? ["it has no leader: most of its members are away, or cannot reach each other"] : []),
    ...(alarms ?? []).map(alarmText),
    ...(isNearlyFull
      ? [
          "its database is nearly full, and then takes no writes: compact it (--auto-compaction-retention) and defragment it",
        ]
      : []),
    ...(votersOf(members) === 2 ? ["two members vote: the loss of either stops both; have one, three or five"] : []),
    ...(endpoint.protocol === "http:" && !isLoopback(endpoint.hostname)
      ? ["without TLS, whoever is between can read and change what passes; use etcds://"]
      : []),
  ];
}

function alarmText(alarm: string): string {
  if (alarm.startsWith("NOSPACE"))
    return `alarm ${alarm}: its database is full and takes no writes; compact and defragment it, then run etcdctl alarm disarm`;
  if (alarm.startsWith("CORRUPT")) return `alarm ${alarm}: data of this member are damaged; replace it`;
  return `alarm ${alarm}`;
}

function membersOf(answer: Readonly<Record<string, unknown>> | null): readonly Member[] | null {
  if (answer === null) return null;
  return asList(answer["members"]).map((member) => {
    const { ID, name, isLearner } = asObject(member);
    return { id: textOf(ID) ?? "0", name: textOf(name) ?? "", isLearner: isLearner === true };
  });
}

function alarmsOf(
  answer: Readonly<Record<string, unknown>> | null,
  members: readonly Member[],
): readonly string[] | null {
  if (answer === null) return null;
  return asList(answer["alarms"]).map((each) => {
    const { alarm, memberID: id } = asObject(each);
    return `${textOf(alarm) ?? "of an unknown kind"} on ${nameOf(textOf(id) ?? "0", members)}`;
  });
}

/** The value of a counter or gauge in the text that Prometheus reads. */
function metric(text: string, name: string): number | null {
  const line = text.split("\n").find((each) => each.startsWith(`${name} `));
  const value = Number(line?.slice(name.length));
  return line === undefined || Number.isNaN(value) ? null : value;
}

function votersOf(members: readonly Member[] | null): number {
  return (members ?? []).filter(({ isLearner }) => !isLearner).length;
}

function membersText(members: readonly Member[]): string {
  const learners = members.filter(({ isLearner }) => isLearner).map(({ id }) => nameOf(id, members));
  return `${votersOf(members)} vote${learners.length === 0 ? "" : `; learning: ${learners.join(", ")}`}`;
}

function leaderText(id: string | null, members: readonly Member[]): string {
  if (id === null) return "unknown";
  return id === "0" ? "none" : nameOf(id, members);
}

function databaseText({ databaseBytes, quotaBytes }: ServerFacts): string {
  if (databaseBytes === null) return "unknown";
  const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;
  return `${mib(databaseBytes)} of ${quotaBytes === null ? "an unknown quota" : mib(quotaBytes)}`;
}

/** One that has not joined yet has no name; people know the others by their numbers in hexadecimal. */
function nameOf(id: string, members: readonly Member[]): string {
  const name = members.find((member) => member.id === id)?.name ?? "";
  return name === "" && /^\d+$/u.test(id) ? BigInt(id).toString(16) : name;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

async function tells(
  gateway: Gateway,
  path: string,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, unknown>> | null> {
  return await orNull(async () => asObject(await gateway.call(path, {}, { signal, isRepeatable: true })));
}

async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RefusedError) return null;
    throw error;
  }
}
