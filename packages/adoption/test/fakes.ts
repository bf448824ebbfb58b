import type { FileLook, ForeignFile } from "@tenure/adoption";

/** A file in memory, which others may write as well. */
export class FakeFile implements ForeignFile {
  readonly path = "/srv/leader.json";
  text: string | null;
  putAways: string[] = [];
  /** Runs between a look and the write that follows it. */
  meanwhile: () => void = () => {};
  /** Runs right after a write. */
  afterwards: () => void = () => {};
  #writes = 0;

  constructor(text: string) {
    this.text = text;
  }

  write(text: string | null): void {
    this.text = text;
    this.#writes += 1;
  }

  /** Changes fields as another program would. */
  change(fields: Readonly<Record<string, unknown>>): void {
    this.write(JSON.stringify({ ...(JSON.parse(this.text ?? "{}") as object), ...fields }));
  }

  get fields(): Record<string, unknown> {
    return JSON.parse(this.text ?? "{}") as Record<string, unknown>;
  }

  async look(): Promise<FileLook | null> {
    const version = String(this.#writes);
    return this.text === null ? null : { text: this.text, version, inode: version, uid: 1000, mtimeMs: 0 };
  }

  async replace(text: string, over: FileLook | null): Promise<FileLook | null> {
    this.meanwhile();
    this.meanwhile = () => {};
    if ((await this.look())?.version !== over?.version) return null;
    this.write(text);
    const written = await this.look();
    this.afterwards();
    this.afterwards = () => {};
    return written;
  }

  async putAway(text: string): Promise<void> {
    this.putAways.push(text);
  }

  async writers(): Promise<{ user: string; openIn: string[] }> {
    return { user: "app", openIn: ["process 7 (jq)"] };
  }
}
