import type { Command } from "commander";
import { spareMemory } from "./memory.ts";

/** Puts a verb on the command line; `command` is what follows `--`, for those that run one. */
export type AddVerb = (program: Command, command: readonly string[] | undefined) => void;

interface VerbGroup {
  readonly heading: string;
  readonly verbs: Readonly<Record<string, () => Promise<AddVerb>>>;
}

/** Every verb, as help lists them. A verb is loaded when it is asked for: all of them take longer than most take to do their work, and 4 MB. */
export const verbGroups: readonly VerbGroup[] = [
  {
    heading: "Lead:",
    verbs: {
      run: async () => {
        spareMemory();
        return (await import("./commands/run.ts")).run;
      },
      acquire: async () => (await import("./commands/acquire.ts")).acquire,
      renew: async () => (await import("./commands/renew.ts")).renew,
      heartbeat: async () => {
        spareMemory();
        return (await import("./commands/heartbeat.ts")).heartbeat;
      },
      release: async () => (await import("./commands/release.ts")).release,
    },
  },
  {
    heading: "Look:",
    verbs: {
      status: async () => (await import("./commands/status.ts")).status,
      watch: async () => (await import("./commands/watch.ts")).watch,
      history: async () => (await import("./commands/history.ts")).history,
      doctor: async () => (await import("./commands/doctor.ts")).doctor,
      diagnose: async () => (await import("./commands/diagnose.ts")).diagnose,
      adopt: async () => (await import("./commands/adopt.ts")).adopt,
    },
  },
  {
    heading: "Intervene:",
    verbs: {
      transfer: async () => (await import("./commands/transfer.ts")).transfer,
      break: async () => (await import("./commands/break.ts")).breakLease,
      pause: async () => (await import("./commands/pause.ts")).pause,
      resume: async () => (await import("./commands/pause.ts")).resume,
      move: async () => (await import("./commands/move.ts")).move,
      chaos: async () => (await import("./commands/chaos.ts")).chaos,
    },
  },
  {
    heading: "Set up:",
    verbs: {
      prove: async () => (await import("./commands/prove.ts")).prove,
      advise: async () => (await import("./commands/advise.ts")).advise,
      fence: async () => (await import("./commands/fence.ts")).fence,
      simulate: async () => (await import("./commands/simulate.ts")).simulate,
      init: async () => (await import("./commands/init.ts")).init,
      config: async () => (await import("./commands/config.ts")).config,
      systemd: async () => (await import("./commands/systemd.ts")).systemd,
      schema: async () => (await import("./commands/schema.ts")).schema,
      completion: async () => (await import("./commands/completion.ts")).completion,
    },
  },
];
