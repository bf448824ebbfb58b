import { continuation, seal } from "./chain.ts";
import type { Journal, Place } from "./journal.ts";
import { segmentNumbers, segmentPath } from "./layout.ts";
import { createWhole } from "./open-file.ts";

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
  // Sealed already: by a process that was quicker, or by this one, which then could not go on.
  if (place.position.head.sealedInto === null) {
    if (place.position.end < minBytes) return;
    await journal.append(place, seal(place.position.head, place.segment + 1), false);
  }
  const now = journal.look();
  if (now !== null && now.position.head.sealedInto !== null) await continueSealed(rotation, now);
}

/** Whoever finds a sealed segment with none after it makes that one; a process that dies half-way is stood in for by the next. */
export async function continueSealed({ journal, randomToken, segmentsKept }: Rotation, sealed: Place): Promise<void> {
  const { files, directory, owner } = journal;
  const { head } = sealed.position;
  if (head.sealedInto === null) return;
  // For whoever verifies the chain; the new segment begins with the whole record and needs nothing of this one.
  await journal.sync(sealed.file).catch(() => {});
  await createWhole(
    files,
    segmentPath(directory, owner.name, head.sealedInto),
    continuation(owner.storeId, head),
    randomToken,
  );
  const numbers = segmentNumbers(files.list(directory), owner.name);
  // Oldest first, so that a journal never has a hole.
  for (const number of numbers.slice(0, Math.max(0, numbers.length - segmentsKept)))
    await files.unlink(segmentPath(directory, owner.name, number)).catch(() => {});
}
