import { spawn } from "node:child_process";
import { once } from "node:events";
import { execPath } from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** One thing that a member was told had happened. */
export interface Said {
  readonly did: "acquired" | "renewed" | "released" | "failed";
  readonly epoch: number;
  readonly holder: string;
  readonly code?: string;
  readonly message?: string;
}

/** One of those who lead in turn. */
export interface Member {
  /** Kills it and resolves when all that it had said was heard. */
  end(): Promise<void>;
}

export function startMember(script: string, args: readonly string[], onSaid: (said: Said) => void): Member {
  const path = fileURLToPath(new URL(`../children/${script}`, import.meta.url));
  const child = spawn(execPath, [path, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => onSaid(JSON.parse(line) as Said));
  const ended = Promise.all([once(child, "close"), once(lines, "close")]);
  return {
    end: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
