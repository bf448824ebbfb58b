import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { applyHunk } from "./apply.ts";
import type { Hunk } from "./mutant.ts";
import { builtPath, packages } from "./workspace.ts";

/** The packages as they are built, in a folder of their own, where one can be changed without anybody else noticing. */
export class Copy {
  readonly directory: string = mkdtempSync(join(tmpdir(), "tenure-mutants-"));
  #busy: Promise<unknown> = Promise.resolve();

  constructor() {
    for (const original of packages) this.#take(original);
  }

  /** Runs `load` while the change stands; one change at a time. */
  async withHunk<T>(hunk: Hunk | null, load: () => Promise<T>): Promise<T> {
    const turn = this.#busy.then(async () => (hunk === null ? await load() : await this.#changed(hunk, load)));
    this.#busy = turn.catch(() => {});
    return await turn;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #changed<T>(hunk: Hunk, load: () => Promise<T>): Promise<T> {
    const path = join(this.directory, builtPath(hunk.file).replace(/^packages\//u, "node_modules/@tenure/"));
    const original = readFileSync(path, "utf8");
    writeFileSync(path, applyHunk(original, hunk));
    try {
      return await load();
    } finally {
      writeFileSync(path, original);
    }
  }

  #take(original: string): void {
    const copy = join(this.directory, "node_modules/@tenure", basename(original));
    for (const part of ["dist", "json", "package.json"].filter((part) => existsSync(join(original, part))))
      cpSync(join(original, part), join(copy, part), {
        recursive: true,
        force: true,
        filter: (path) => !path.endsWith(".map"),
      });
    const manifest = JSON.parse(readFileSync(join(copy, "package.json"), "utf8")) as { dependencies?: object };
    for (const dependency of Object.keys(manifest.dependencies ?? {})) {
      if (dependency.startsWith("@tenure/")) continue;
      const link = join(this.directory, "node_modules", dependency);
      if (existsSync(link)) continue;
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(realpathSync(join(original, "node_modules", dependency)), link);
    }
  }
}
