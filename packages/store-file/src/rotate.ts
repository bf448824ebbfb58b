import { continuation, isSealed, seal, type SealedHead } from "./chain.ts";
import type { Journal, Place } from "./journal.ts";
import { segmentNumbers, segmentPath } from "./layout.ts";
import { createWhole, type OpenFile } from "./open-file.ts";

export interface Rotation {
  readonly journal: Journal;
  readonly randomToken: () => string;
  /** A segment that has grown to this is sealed. */
  readonly segmentBytes: number;
  /** How many segments stay, the one in use included. */
  readonly segmentsKept: number;
}

/** Seals the segment in use if it is as large as that, unless somebody's line comes first, and goes on in the next one. */
export async function rotate(rotation: Rotation, minBytes: number): Promise<void> {
  const { journal } = rotation;
  const place = journal.look();
  if (place === null) return;
  const { head, end } = place.position;
  // By a process that was quicker, or by this one, which then could not go on.
  if (isSealed(head)) return await continueSealed(rotation, place);
  if (end < minBytes) return;
  const line = seal(head, place.segment + 1);
  await begin(rotation, place.file, line.sealed, async () => {
    const { verdict } = await journal.append(place, line, false);
    return verdict === "effect";
  });
}

/** Whoever finds a sealed segment with none after it makes that one; a process that dies half-way is stood in for by the next. */
export async function continueSealed(rotation: Rotation, { file, position }: Place): Promise<void> {
  if (isSealed(position.head)) await begin(rotation, file, position.head, () => Promise.resolve(true));
}

/** The segment after `file`. All of it but its name is there before that one is sealed: where no file can be made, the full one stays in use. */
async function begin(
  { journal, randomToken, segmentsKept }: Rotation,
  file: OpenFile,
  sealed: SealedHead,
  sealIt: () => Promise<boolean>,
): Promise<void> {
  const { files, directory, owner } = journal;
  const path = segmentPath(directory, owner.name, sealed.sealedInto);
  file.retain();
  try {
    await createWhole(files, path, continuation(owner.storeId, sealed), randomToken, async () => {
      if (!(await sealIt())) return false;
      // For whoever verifies the chain; the new segment begins with the whole record and needs nothing of this one.
      await journal.sync(file).catch(() => {});
      // Somebody may have put an older copy in its place meanwhile, which nothing that stood in this one follows.
      return journal.look()?.position.head.sum === sealed.sum;
    });
  } finally {
    file.release();
  }
  const numbers = segmentNumbers(files.list(directory), owner.name);
  // Oldest first, so that a journal never has a hole.
  for (const number of numbers.slice(0, Math.max(0, numbers.length - segmentsKept)))
    await files.unlink(segmentPath(directory, owner.name, number)).catch(() => {});
}
