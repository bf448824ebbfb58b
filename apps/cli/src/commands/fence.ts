import { spawn } from "node:child_process";
import { once } from "node:events";
import { FENCING_TOKEN_HEADER, LeaseError } from "@tenure/core";
import type { Command } from "commander";
import { openExisting } from "../context.ts";
import { usageError } from "../failure.ts";
import { storeOptions, type StoreFlags } from "../options.ts";
import { print } from "../output/print.ts";
import { printDocument, verb } from "./verb.ts";

const ANSWER_MS = 10_000;

interface Flags extends StoreFlags {
  readonly url?: string;
  readonly method: string;
}

/** One write under an epoch: whether the resource took it. */
type Write = (epoch: number) => Promise<boolean>;

export function fence(program: Command): void {
  const group = program
    .command("fence")
    .description("Prove that a resource refuses a former leader")
    .helpCommand(false);
  const command = verb(group, "verify <name> [command...]", {
    summary: "Prove that a resource refuses a former leader",
    does: "Write to a resource twice, under the present epoch and under the one before: it must take the first and refuse the second",
    examples: [
      ["tenure fence verify orders --url http://127.0.0.1:8080/ledger", "with a Fencing-Token header"],
      ["tenure fence verify orders -- ./write.sh", "a command that reads $LEASE_EPOCH and fails when it is refused"],
    ],
    exitCodes: ["1   a write of a former leader was taken"],
  })
    .option("--url <url>", "where to write to; 2xx is taken, 4xx is refused")
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
      `lease "${name}" has had ${epoch} epochs, and a former leader's takes two: let it be acquired once more`,
    );
  const identity = { LEASE_NAME: name, LEASE_STORE_ID: context.store.storeId };
  const write = flags.url === undefined ? byCommand(command, identity) : byRequest(flags.url, flags.method);
  if (!(await write(epoch)))
    throw new LeaseError(
      "ESTOREUNAVAILABLE",
      `the resource refused the present epoch ${epoch} of lease "${name}" too, so it is not known whether it tells leaders apart`,
      { name, epoch },
    );
  const isFenced = !(await write(epoch - 1));
  if (!isFenced) process.exitCode = 1;
  if (flags.json) return printDocument({ name, epoch, staleEpoch: epoch - 1, fenced: isFenced });
  print(
    isFenced
      ? `fenced: epoch ${epoch} of "${name}" was let in, and epoch ${epoch - 1} was refused\n`
      : `NOT fenced: epoch ${epoch - 1} of "${name}" was let in after epoch ${epoch}; a paused leader can overwrite what its successor wrote\n`,
  );
}

function byRequest(url: string, method: string): Write {
  if (!URL.canParse(url) || !/^https?:$/u.test(new URL(url).protocol))
    throw usageError("--url must begin with http:// or https://");
  return async (epoch) => {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const headers = { [FENCING_TOKEN_HEADER]: String(epoch) };
    const answer = await fetch(url, { method, headers, signal, redirect: "manual" }).catch((cause: unknown) => {
      throw new LeaseError("ESTOREUNAVAILABLE", `the resource did not answer: ${reasonOf(cause)}`, {}, { cause });
    });
    await answer.body?.cancel();
    if (answer.ok) return true;
    if (answer.status >= 400 && answer.status < 500) return false;
    throw new LeaseError(
      "ESTOREUNAVAILABLE",
      `the resource answered ${answer.status}, which neither takes nor refuses a write`,
    );
  };
}

function reasonOf(cause: unknown): string {
  const { cause: deeper, message } = cause as Error;
  return deeper instanceof Error ? deeper.message : message;
}

/** Its output is for the person, who wants to see why it was refused. */
function byCommand([program = "", ...args]: readonly string[], identity: Readonly<Record<string, string>>): Write {
  return async (epoch) => {
    const env = { ...process.env, ...identity, LEASE_EPOCH: String(epoch) };
    const child = spawn(program, args, { stdio: ["ignore", 2, 2], env });
    const [code] = (await once(child, "exit").catch((cause: unknown) => {
      const code = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "ENOSUCHCOMMAND" : "ENOTEXECUTABLE";
      throw new LeaseError(code, `cannot run ${program}: ${(cause as Error).message}`, {}, { cause });
    })) as [number | null];
    return code === 0;
  };
}
