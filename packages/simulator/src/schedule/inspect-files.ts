import type { JournalEntry } from "@tenure/core";
import { LEASE } from "../agents/leader.ts";
import type { Recorder } from "../recorder.ts";
import type { FileBacking } from "../world/file-backing.ts";
import type { SimProcess } from "../world/sim-process.ts";

/** What the resource and the journal tell in the end, noted as far as anything is promised of them; and the journal's lines. */
export async function inspectFiles(
  backing: FileBacking,
  probe: SimProcess,
  recorder: Recorder,
): Promise<readonly JournalEntry[]> {
  const store = await backing.open(probe, true);
  const at = recorder.nowMs;
  for (const { epoch } of await backing.written(probe, store.storeId, LEASE))
    recorder.note({ kind: "write-accepted", at, resource: "resource", epoch });
  if (recorder.tampered || recorder.forgot) return [];
  const report = await store.verify(LEASE);
  recorder.note({ kind: "record-read", at, lease: LEASE, whole: report.problems.length === 0 });
  if (recorder.cut) return [];
  const journal: JournalEntry[] = [];
  let previous: string | null = null;
  for await (const entry of store.journal(LEASE)) {
    journal.push(entry);
    const { revision, record } = entry;
    const { nonce } = record;
    recorder.note({ kind: "line-written", at, lease: LEASE, hash: revision, previous, nonce });
    previous = revision;
  }
  return journal;
}
