import { appendFileSync, existsSync, readFileSync } from "node:fs";

export interface Signature {
  readonly what: "begins" | "ends";
  readonly pid: number;
  readonly atMs: number;
}

/** Who was at work when: each session signs it twice. */
export class SessionBook {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  sign(what: Signature["what"]): void {
    const signature: Signature = { what, pid: process.pid, atMs: Date.now() };
    appendFileSync(this.#path, `${JSON.stringify(signature)}\n`);
  }

  get begun(): number {
    return this.signatures.filter(({ what }) => what === "begins").length;
  }

  get signatures(): readonly Signature[] {
    if (!existsSync(this.#path)) return [];
    const lines = readFileSync(this.#path, "utf8").trimEnd().split("\n");
    return lines.map((line) => JSON.parse(line) as Signature);
  }
}
