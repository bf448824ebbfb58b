import type { LeaseRecord } from "@tenure/schema";
import type { Inode } from "./inode.ts";
import type { SimDisk } from "./sim-disk.ts";

/** One line in effect, as a reader of the file can tell. */
interface Line {
  readonly seq: number;
  readonly prev: string;
  readonly sum: string;
  readonly record?: LeaseRecord;
  readonly patch?: Partial<LeaseRecord>;
  readonly seal?: number;
  readonly revision?: string;
}

interface Head {
  readonly seq: number;
  readonly sum: string;
  readonly record: LeaseRecord | null;
  /** Of a journal that somebody paused has begun when others were further: the term it begins with is nobody's. */
  readonly lostEpoch: number | null;
}

export interface JournalUnderTest {
  readonly directory: string;
  readonly name: string;
  /** Whether another has the epoch, as the floor says: then the record is nobody's. */
  readonly isOfAnother: (record: LeaseRecord) => boolean;
  /** Whether the floor has note of a later epoch: a journal that is begun under this one begins with nobody. */
  readonly isPassed: (epoch: number) => boolean;
}

/** `beginsAnew`: a journal begins with this, whatever stood in another one before. */
type OnChange = (record: LeaseRecord, beginsAnew: boolean) => void;

/**
 * What stands in a journal, read by the documented rule alone (a line is in effect if it names the line in effect before it) and not by
 * the code under test.
 */
export class JournalTruth {
  readonly #disk: SimDisk;
  readonly #directory: string;
  readonly #name: string;
  readonly #path: (segment: number) => string;
  readonly #isOfAnother: (record: LeaseRecord) => boolean;
  readonly #isPassed: (epoch: number) => boolean;
  readonly #onChange: OnChange;
  #inode: Inode | undefined;
  #segment = 0;
  #readTo = 0;
  #head: Head | null = null;

  constructor(disk: SimDisk, { directory, name, isOfAnother, isPassed }: JournalUnderTest, onChange: OnChange) {
    this.#disk = disk;
    this.#directory = directory;
    this.#name = name;
    this.#isOfAnother = isOfAnother;
    this.#isPassed = isPassed;
    this.#path = (segment) =>
      `${directory}/${name}.journal${segment === 1 ? "" : `.${String(segment).padStart(6, "0")}`}.jsonl`;
    this.#onChange = onChange;
    const isOurs = (path: string): boolean => path.startsWith(`${directory}/${name}.journal`) && path.endsWith("l");
    disk.listen({
      onAppend: (path) => {
        if (isOurs(path)) this.#readOn();
      },
      onNames: (path) => {
        if (isOurs(path)) this.#readOn();
      },
    });
  }

  /** What stands now. */
  get record(): LeaseRecord | null {
    const { record = null, lostEpoch = null } = this.#head ?? {};
    return record === null || record.epoch === lostEpoch || this.#isOfAnother(record) ? null : record;
  }

  /** Reads everything again, telling of nothing: after a power cut, or when an operator was at it. */
  reload(): void {
    this.#inode = undefined;
    this.#segment = 0;
    this.#head = null;
    this.#follow(() => {});
  }

  #readOn(): void {
    this.#follow(this.#onChange);
  }

  #follow(tell: OnChange): void {
    for (;;) {
      this.#read(tell);
      const number = this.#segment === 0 ? this.#first() : this.#segment + 1;
      // One that is there is gone on with: it is made only when the one before it is sealed, or holds nothing.
      const next = this.#disk.find(this.#path(number));
      if (next === undefined) return;
      this.#segment = number;
      this.#inode = next;
      this.#readTo = 0;
    }
  }

  /** Usually 1; but whoever was about to go on with a journal that is deleted meanwhile begins at a later one. */
  #first(): number {
    if (this.#disk.find(this.#directory) === undefined) return 1;
    const numbers = this.#disk.list(this.#directory).flatMap((file) => this.#numberOf(file) ?? []);
    return numbers.length === 0 ? 1 : Math.min(...numbers);
  }

  #numberOf(file: string): number | null {
    const found = /\.journal(?:\.(\d{6}))?\.jsonl$/u.exec(file);
    return found === null || !file.startsWith(`${this.#name}.journal`) ? null : Number(found[1] ?? 1);
  }

  #read(tell: OnChange): void {
    if (this.#inode === undefined) return;
    const content = this.#inode.content();
    for (let feed = content.indexOf(10, this.#readTo); feed !== -1; feed = content.indexOf(10, this.#readTo)) {
      const line = parse(content.toString("utf8", this.#readTo, feed));
      const isFirst = this.#readTo === 0;
      this.#readTo = feed + 1;
      if (line !== null) this.#take(line, isFirst, tell);
    }
  }

  #take(line: Line, isFirst: boolean, tell: OnChange): void {
    const head = this.#head;
    const begins = isFirst && (line.prev === "" || line.revision !== undefined);
    if (!begins && head !== null && (line.prev !== head.sum || line.seq !== head.seq + 1)) return;
    const patched = line.patch !== undefined && head?.record ? { ...head.record, ...line.patch } : null;
    const record = line.record ?? patched ?? head?.record ?? null;
    const epoch = record?.epoch ?? 0;
    const beginsAnew = isFirst && line.prev === "";
    const isLost = beginsAnew ? this.#isPassed(epoch) : head?.lostEpoch === epoch;
    this.#head = { seq: line.seq, sum: line.sum, record, lostEpoch: isLost ? epoch : null };
    // A line that seals, or begins the next segment, changes nothing; a term that is begun too late is nobody's.
    if (record === null || line.seal !== undefined || line.revision !== undefined) return;
    if (!isLost && !this.#isOfAnother(record)) tell(record, beginsAnew);
  }
}

function parse(text: string): Line | null {
  if (!text.endsWith('"}')) return null;
  try {
    const line = JSON.parse(text) as Partial<Line>;
    return typeof line.sum === "string" && typeof line.prev === "string" && typeof line.seq === "number"
      ? (line as Line)
      : null;
  } catch {
    return null;
  }
}
