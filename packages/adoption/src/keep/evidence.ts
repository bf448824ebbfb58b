import type { LeaseRecord } from "@tenure/schema";
import { escapeForDisplay, quoteForDisplay } from "@tenure/schema/light";
import type { Adoption } from "../adoption.ts";
import { writtenAt } from "../locate.ts";
import type { ForeignLease } from "../read.ts";
import type { FileLook, ForeignFile } from "./foreign-file.ts";

/** What was found where something else belongs. */
export interface ForeignWrite {
  readonly file: ForeignFile;
  readonly adoption: Adoption;
  readonly look: FileLook | null;
  /** `null`: it does not say who leads, for this reason. */
  readonly lease: ForeignLease | null;
  readonly why: string;
  readonly record: LeaseRecord;
  /** Of the file as tenure last wrote it in this process. */
  readonly ownInode: string | null;
}

/** A write that went round tenure, as far as the kernel can tell who did it: one line, fit for a journal. */
export async function describeForeignWrite(write: ForeignWrite): Promise<string> {
  const { file, look, lease, why, record } = write;
  const belongs = inWords(record.holderIdentity, record.epoch);
  const what = lease === null ? why : inWords(lease.holderIdentity, lease.epoch);
  const said = `${escapeForDisplay(file.path)} was written round tenure: ${what}, where ${belongs}, belongs`;
  if (look === null) return said;
  return [said, ...(await traces(write, look))].join("; ");
}

function inWords(holderIdentity: string | null, epoch: number): string {
  return `${holderIdentity === null ? "nobody" : quoteForDisplay(holderIdentity)}, epoch ${epoch}`;
}

async function traces({ file, adoption, lease, ownInode }: ForeignWrite, look: FileLook): Promise<string[]> {
  const { user, openIn } = await file.writers(look);
  const owner = user === null ? `user ${look.uid}` : `user ${look.uid} (${user})`;
  // Whoever writes in place leaves the owner as it was.
  const how =
    ownInode === null
      ? `it belongs to ${owner}`
      : ownInode === look.inode
        ? `in place, so its owner, ${owner}, tells nothing of the writer`
        : `by a new file of ${owner}`;
  const format = lease === null ? [] : formatOf(look.text, adoption);
  const open = openIn.length === 0 ? [] : [`open in ${openIn.join(", ")}`];
  return [how, `at ${new Date(look.mtimeMs).toISOString()}`, ...format, ...open];
}

/** Programs differ in how they write a time. */
function formatOf(text: string, adoption: Adoption): string[] {
  const written = writtenAt(text, adoption.lastHeartbeat);
  return written === null ? [] : [`its heartbeat is written ${escapeForDisplay(written.slice(0, 64))}`];
}
