import type { StatePattern } from "@tenure/schema";
import { timeIn } from "../log-line.ts";

/** What fields of a leader's record are called, here and there. */
const aliases: readonly (readonly [fact: string, name: RegExp])[] = [
  ["holder", /^(?:leader|holder|owner|agent|node|instance|who)(?:_?(?:id|identity|name))?$/iu],
  ["lease", /^(?:lease|lock|resource)(?:_?(?:name|key))?$/iu],
  ["epoch", /^(?:(?:leader|lease)_?)?(?:epoch|term|generation|fencing_?token|token|lease_?transitions)$/iu],
  ["renewTime", /^(?:last_?)?(?:heart_?beat|renew(?:ed|al)?|refresh(?:ed)?|seen|beat)(?:_?(?:at|time))?$/iu],
  ["leaseDurationMs", /^(?:ttl|lease_?duration)_?ms$/iu],
  ["leaseDurationS", /^(?:ttl|lease_?duration)_?(?:s|sec|secs|seconds)$/iu],
  ["pid", /^(?:pid|process_?id)$/iu],
  ["exitCode", /^(?:exit_?(?:code|status)|return_?code)$/iu],
  ["role", /^(?:assigned_?)?role$/iu],
  ["startTime", /^(?:started|since|start)_?(?:at|time)?$/iu],
];

const time = /^(?:t|ts|time|timestamp|at|committed_at|date)$/iu;

export interface DraftedState {
  readonly pattern: Omit<StatePattern, "file">;
  readonly holders: readonly string[];
  readonly doubts: readonly string[];
}

const proofs = ["epoch", "renewTime", "leaseDurationMs", "leaseDurationS"];

/** How a document tells of a leader, if it does: a name, and at least a renewal, an epoch or a duration beside it. */
export function stateIn(document: object): DraftedState | null {
  for (const [pointer, value] of objectsIn(document, "", 0)) {
    const isRows = Array.isArray(value);
    const row: unknown = isRows ? value[0] : value;
    if (typeof row !== "object" || row === null) continue;
    const facts = fieldsOf(row);
    if (!isRows && facts["pid"] !== undefined && facts["exitCode"] !== undefined) return exitIn(row, pointer, facts);
    if (facts["holder"] === undefined || !proofs.some((fact) => facts[fact] !== undefined)) continue;
    const rows = (isRows ? value : [value]) as Record<string, unknown>[];
    const key = facts["holder"].slice(1);
    const clock = Object.entries(document).find(([name, at]) => time.test(name) && timeIn(at) !== null)?.[0];
    return {
      pattern: {
        kind: isRows ? "registry-row" : "state",
        ...(isRows ? { rows: pointer } : pointer === "" ? {} : { document: pointer }),
        ...(clock === undefined ? {} : { time: `/${clock}` }),
        facts,
      },
      holders: rows.flatMap((each) => (typeof each[key] === "string" ? [each[key]] : [])),
      doubts: [
        ...(clock === undefined ? ["it has no time of its own beside the renewal's"] : []),
        ...(isRows || facts["leaseDurationMs"] !== undefined || facts["leaseDurationS"] !== undefined
          ? []
          : ["no field of it looks like the lease duration"]),
      ],
    };
  }
  return null;
}

/** How a document tells that a process ended: its number and its exit code, and when. */
function exitIn(row: object, pointer: string, facts: Record<string, string>): DraftedState {
  const [name] = Object.entries(row).find(([, value]) => typeof value === "string" && timeIn(value) !== null) ?? [];
  return {
    pattern: {
      kind: "exited",
      ...(pointer === "" ? {} : { document: pointer }),
      facts: { ...facts, ...(name === undefined ? {} : { startTime: `/${name}` }) },
    },
    holders: [],
    doubts: name === undefined ? ["it does not say when"] : [],
  };
}

const DEPTH_MOST = 3;

function objectsIn(value: unknown, pointer: string, depth: number): (readonly [string, unknown])[] {
  if (typeof value !== "object" || value === null || depth > DEPTH_MOST) return [];
  if (Array.isArray(value)) return [[pointer, value]];
  const inner = Object.entries(value).flatMap(([name, each]) =>
    objectsIn(each, `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, depth + 1),
  );
  return [[pointer, value], ...inner];
}

/** Fields whose names say what they are, as pointers. */
export function fieldsOf(row: object): Record<string, string> {
  const facts: Record<string, string> = {};
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === "object" && value !== null) continue;
    const fact = aliases.find(([, alias]) => alias.test(name))?.[0];
    if (fact !== undefined && facts[fact] === undefined)
      facts[fact] = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  }
  return facts;
}
