import { spawn } from "node:child_process";
import { once } from "node:events";
import { FENCING_TOKEN_HEADER, LeaseError } from "@tenure/core";
import type { FenceDocument } from "@tenure/schema";
import { failures } from "@tenure/schema/light";
import type { Command } from "commander";
import { openExisting } from "../context.ts";
import { usageError } from "../failure.ts";
import { storeOptions, type StoreFlags } from "../options.ts";
import { print, printDocument } from "../output/print.ts";
import { verb } from "./verb.ts";

const ANSWER_MS = 10_000;
/** Of 4xx, those that speak of the moment and not of what was asked: it took too long, came too early, or too often. */
const NOT_NOW: ReadonlySet<number> = new Set([408, 425, 429]);

interface Flags extends StoreFlags {
  readonly url?: string;
  readonly method: string;
}

/** One write under an epoch: what the resource did with it, and why that is not known. */
type Write = (epoch: number) => Promise<Answer>;
type Answer = { readonly outcome: "taken" | "refused" } | { readonly outcome: "unknown"; readonly why: string };

export function fence(program: Command): void {
  const group = program
    .command("fence")
    .description("Prove that a resource refuses a former leader")
    .helpCommand(false);
  const command = verb(group, "verify <name> [command...]", {
    summary: "Prove that a resource refuses a former leader",
    does: "Write to a resource twice, under the present epoch and under the one before: it must take the first and refuse the second",
    json: "one document on stdout (tenure schema fence)",
    examples: [
      ["tenure fence verify orders --url http://127.0.0.1:8080/ledger", "with a Fencing-Token header"],
      ["tenure fence verify orders -- ./write.sh", "a command that reads $LEASE_EPOCH and fails when it is refused"],
    ],
    exitCodes: ["1   a write of a former leader was taken", "69  it is not known whether it would be"],
  })
    .option("--url <url>", "where to write to; 2xx is taken, 4xx is refused (but 408, 425, 429)")
    .option("--method <method>", "how", "PUT");
  storeOptions(command).action(perform);
}

async function perform(name: string, command: readonly string[], flags: Flags): Promise<void> {
  if ((flags.url === undefined) === (command.length === 0))
    throw usageError("fence verify needs either --url URL or -- COMMAND: the write to try");
  await using context = await openExisting(flags, name);
  const { epoch } = await context.clientFor().status(name);
  if (epoch < 2)
    throw usageError(
      `lease "${name}" is at epoch ${epoch}, and there is a former leader from epoch 2 on: let it be acquired once more`,
    );
  const identity = { LEASE_NAME: name, LEASE_STORE_ID: context.store.storeId };
  const write = flags.url === undefined ? byCommand(command, identity) : byRequest(flags.url, flags.method);
  const verdict = await judge(write, epoch);
  process.exitCode = exitCodes[verdict.verdict];
  if (flags.json) return printDocument({ name, epoch, staleEpoch: epoch - 1, ...verdict });
  print(`${sentence(name, epoch, verdict)}\n`);
}

const exitCodes = { fenced: 0, unfenced: 1, unknown: failures.ESTOREUNAVAILABLE.exitCode } as const;
type Verdict = Pick<FenceDocument, "verdict" | "why">;

async function judge(write: Write, epoch: number): Promise<Verdict> {
  const present = await write(epoch);
  if (present.outcome === "refused")
    return { verdict: "unknown", why: `it refused the present epoch ${epoch} too, so it may refuse everybody` };
  if (present.outcome === "unknown") return { verdict: "unknown", why: present.why };
  const former = await write(epoch - 1);
  if (former.outcome === "unknown") return { verdict: "unknown", why: former.why };
  return { verdict: former.outcome === "refused" ? "fenced" : "unfenced" };
}

function sentence(name: string, epoch: number, { verdict, why }: Verdict): string {
  const [present, former] = [`epoch ${epoch} of "${name}"`, `epoch ${epoch - 1}`];
  return {
    fenced: `fenced: ${present} was let in, and ${former} was refused`,
    unfenced: `NOT fenced: ${former} was let in after ${present}; a paused leader can overwrite what its successor wrote`,
    unknown: `not known whether ${former} of "${name}" is refused: ${why}`,
  }[verdict];
}

function byRequest(url: string, method: string): Write {
  if (!URL.canParse(url) || !/^https?:$/u.test(new URL(url).protocol))
    throw usageError("--url must begin with http:// or https://");
  if (new URL(url).username !== "" || new URL(url).password !== "")
    throw usageError("there can be no user or password in --url; a command after -- can bring them");
  assertMethod(method);
  return async (epoch) => {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const headers = { [FENCING_TOKEN_HEADER]: String(epoch) };
    try {
      const { ok, status, body } = await fetch(url, { method, headers, signal, redirect: "manual" });
      await body?.cancel();
      if (ok) return { outcome: "taken" };
      if (status >= 400 && status < 500 && !NOT_NOW.has(status)) return { outcome: "refused" };
      return { outcome: "unknown", why: `it answered ${status}, which neither takes nor refuses a write` };
    } catch (error) {
      const { cause, message } = error as Error;
      return { outcome: "unknown", why: `it did not answer: ${cause instanceof Error ? cause.message : message}` };
    }
  };
}

function assertMethod(method: string): void {
  try {
    void new Request("http://localhost", { method });
  } catch (cause) {
    throw usageError(`--method ${JSON.stringify(method)} cannot be sent: ${(cause as Error).message}`);
  }
}

/** Its output is for the person, who wants to see why it was refused. */
function byCommand([program = "", ...args]: readonly string[], identity: Readonly<Record<string, string>>): Write {
  return async (epoch) => {
    const env = { ...process.env, ...identity, LEASE_EPOCH: String(epoch) };
    const child = spawn(program, args, { stdio: ["ignore", 2, 2], env });
    const [code, signal] = (await once(child, "exit").catch((cause: unknown) => {
      const isAbsent = (cause as NodeJS.ErrnoException).code === "ENOENT";
      const why = isAbsent ? "there is no such command" : (cause as Error).message;
      const message = `cannot run ${JSON.stringify(program)}: ${why}`;
      throw new LeaseError(isAbsent ? "ENOSUCHCOMMAND" : "ENOTEXECUTABLE", message, {}, { cause });
    })) as [number | null, NodeJS.Signals | null];
    // Whatever ended it, it was not the resource that refused.
    if (signal !== null) return { outcome: "unknown", why: `the command was ended by ${signal}` };
    return { outcome: code === 0 ? "taken" : "refused" };
  };
}
