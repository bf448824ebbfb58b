import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { failures } from "@tenure/schema/light";
import type { Attempt } from "./attempt.ts";
import { LEASE, leadNext } from "./verbs.ts";
import type { LeaseRecord, Verb } from "./verbs.ts";

/** What was said of the outcome, by the last document on standard output. */
type Outcome = "done" | "failed" | "unknown" | "killed";

/** What a fresh process finds wrong with what a command left, and said: sentences, none if all is well. */
export async function judge(verb: Verb, attempt: Attempt): Promise<string[]> {
  const { where, place, code, stdout, stderr } = attempt;
  const wrong: string[] = [];
  const documents = stdout.flatMap((line) => documentIn(line));
  const error = errorOf(documents);
  const outcome: Outcome =
    code === 137 ? "killed" : code === 0 ? "done" : error?.code === "EAMBIGUOUS" ? "unknown" : "failed";
  if (error !== undefined && failures[error.code].exitCode !== code) wrong.push(`exit code ${code} for ${error.code}`);
  if (outcome === "failed" && error === undefined && verb.name !== "run")
    wrong.push(`it failed without a document: ${stderr}`);

  if (verb.file === undefined) wrong.push(...(await judgeLease(verb, attempt, outcome, documents)));
  else wrong.push(...judgeFile(join(place.work, verb.file), outcome));
  return wrong.map((sentence) => `${where}: ${sentence}`);
}

function judgeFile(path: string, outcome: Outcome): string[] {
  if (!existsSync(path)) return outcome === "done" ? ["it said it was done, and the file is not there"] : [];
  if (outcome === "failed") return ["it said it failed, and the file is there"];
  try {
    JSON.parse(readFileSync(path, "utf8"));
    return [];
  } catch {
    return ["the file was cut short"];
  }
}

async function judgeLease(
  verb: Verb,
  { place }: Attempt,
  outcome: Outcome,
  documents: readonly Document[],
): Promise<string[]> {
  const wrong: string[] = [];
  const error = errorOf(documents);
  const store = await place.open();
  try {
    const records: LeaseRecord[] = [];
    for await (const { record } of store.journal(LEASE)) records.push(record);
    const effect = records.some((record) => verb.shows(record));
    if (outcome === "done" && !effect) wrong.push("it said it was done, and it is not there");
    if (outcome === "failed" && effect && verb.goesOn !== true)
      wrong.push(`it said it failed, and it is there: ${error?.message}`);
    const acquired = documents.find((document) => document.nonce !== undefined);
    if (acquired !== undefined && !records.some(({ nonce }) => nonce === acquired.nonce))
      wrong.push("the nonce that it told is nowhere");
    if (existsSync(join(place.work, "ran")) && !records.some(({ holderIdentity }) => holderIdentity === "a"))
      wrong.push("the command ran without a lease");
    wrong.push(...(await store.verify(LEASE)).problems);
    const next = await leadNext(store);
    const highest = Math.max(0, ...records.map(({ epoch }) => epoch), ...documents.map(({ epoch = 0 }) => epoch));
    if (next <= highest) wrong.push(`epoch ${next} came again after ${highest}`);
  } finally {
    await store.close();
  }
  const mirror = JSON.parse(readFileSync(join(place.folders.directory, `${LEASE}.json`), "utf8")) as LeaseRecord;
  if (mirror.holderIdentity !== null) wrong.push("the copy for readers was not written again");
  return wrong;
}

function errorOf(documents: readonly Document[]): Document["error"] {
  return documents.findLast((document) => document.error !== undefined)?.error;
}

interface Document {
  readonly error?: { readonly code: keyof typeof failures; readonly message: string };
  readonly nonce?: string;
  readonly epoch?: number;
}

/** A line that was cut short says nothing. */
function documentIn(line: string): Document[] {
  try {
    return [JSON.parse(line) as Document];
  } catch {
    return [];
  }
}
