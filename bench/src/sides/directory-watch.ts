import { watch } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OpenContender } from "../contender.ts";

/**
 * The floor for telling a waiter anything through a file: rename, `fs.watch`, read, parse. It excludes nobody and survives
 * nothing; it is here to show what the rest costs.
 */
export const openDirectoryWatch: OpenContender = async (directory) => {
  const path = join(directory, "leader.json");
  const put = async (holder: string | null): Promise<void> => {
    const temporary = join(directory, `.${process.pid}`);
    await writeFile(temporary, JSON.stringify({ holder }));
    await rename(temporary, path);
  };
  const isFree = async (): Promise<boolean> => {
    const text = await readFile(path, "utf8").catch(() => '{"holder":null}');
    return (JSON.parse(text) as { holder: string | null }).holder === null;
  };
  return {
    writers: () => Promise.resolve([]),
    async acquire(onLeading) {
      await new Promise<void>((resolve, reject) => {
        const watcher = watch(directory);
        const look = async (): Promise<void> => {
          if (!(await isFree())) return;
          watcher.close();
          resolve();
        };
        watcher.on("change", () => void look().catch(reject));
        look().catch(reject);
      });
      await put(String(process.pid));
      onLeading();
      return { write: () => Promise.resolve(true), release: () => put(null) };
    },
  };
};
