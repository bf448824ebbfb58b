import { LeaseLostError } from "@tenure/core";
import type { Lease } from "@tenure/core";
import { FakeClock } from "@tenure/core/testing";
import { defaultRestartPolicy } from "@tenure/watchdog";
import { expect, test } from "vitest";
import { NotDueError } from "../src/not-due.ts";
import { OutputTail } from "../src/output-tail.ts";
import type { LedgerFiles } from "../src/restart/ledger-files.ts";
import { RunBook } from "../src/restart/run-book.ts";
import { RunLedger } from "../src/restart/run-ledger.ts";
import { StopRequests } from "../src/restart/stop-requests.ts";

const policy = { ...defaultRestartPolicy, restart: "on-failure" as const, backoffMs: 1000, backoffMaxMs: 1000 };

/** The files of one folder; a write waits for whatever `gate` says. */
class Folder {
  readonly #texts = new Map<string, string>();

  files(gate: () => Promise<void> = () => Promise.resolve()): LedgerFiles {
    return {
      read: (path) => this.#texts.get(path) ?? "",
      write: async (path, text) => {
        await gate();
        this.#texts.set(path, text);
      },
    };
  }
}

function watchdog(clock: FakeClock, files: LedgerFiles): { readonly book: RunBook; readonly ledger: RunLedger } {
  const ledger = new RunLedger({ directory: "/state", name: "job", files });
  const stops = new StopRequests({ on: () => {}, off: () => {} });
  const tail = new OutputTail(process.stderr);
  return { ledger, book: new RunBook({ ledger, policy, clock, random: () => 0, bootId: "boot-1", tail, stops }) };
}

function underEpoch(epoch: number): Lease {
  return { epoch } as Lease;
}

async function fail(book: RunBook, epoch: number): Promise<void> {
  await book.beforeStart(underEpoch(epoch));
  await book.beforeRelease({ how: "exited", exitCode: 1 });
}

test("whoever gives up while another starts takes no line from the other's ledger", async () => {
  const folder = new Folder();
  const clock = new FakeClock();
  let open = (): void => {};
  let gate = Promise.resolve();
  const leaving = watchdog(
    clock,
    folder.files(() => gate),
  );
  await fail(leaving.book, 1);
  gate = new Promise<void>((resolve) => (open = resolve));
  const givenUp = leaving.book.giveUp();
  await clock.advance(2000);
  const { book, ledger } = watchdog(clock, folder.files());
  await book.beforeStart(underEpoch(2));
  open();
  await givenUp;
  expect(ledger.read().map(({ epoch, trigger }) => [epoch, trigger])).toEqual([
    [1, "manual"],
    [2, "restarted"],
  ]);
});

test("whoever waits on when another gives up starts when it is due, and out of the budget", async () => {
  const folder = new Folder();
  const clock = new FakeClock();
  const leaving = watchdog(clock, folder.files());
  await fail(leaving.book, 1);
  const staying = watchdog(clock, folder.files());
  await expect(staying.book.beforeStart(underEpoch(2))).rejects.toThrow(NotDueError);
  await leaving.book.giveUp();
  await expect(staying.book.beforeStart(underEpoch(3))).rejects.toThrow(NotDueError);
  await clock.advance(1000);
  await staying.book.beforeStart(underEpoch(4));
  expect(staying.ledger.read().at(-1)).toMatchObject({ epoch: 4, trigger: "restarted" });
});

test("a start after it was given up is by hand, and at once; one run is given up and no other", async () => {
  const folder = new Folder();
  const clock = new FakeClock();
  const leaving = watchdog(clock, folder.files());
  await fail(leaving.book, 1);
  await leaving.book.giveUp();
  expect(leaving.ledger.read()).toMatchObject([{ isFollowed: false }]);
  const next = watchdog(clock, folder.files());
  await fail(next.book, 2);
  expect(next.ledger.read()).toMatchObject([{ isFollowed: false }, { trigger: "manual", isFollowed: true }]);
  await expect(watchdog(clock, folder.files()).book.beforeStart(underEpoch(3))).rejects.toThrow(NotDueError);
});

test("whoever stood still until another had begun a run leaves that one as it is, and takes from the same budget", async () => {
  const folder = new Folder();
  const clock = new FakeClock();
  const late = watchdog(clock, folder.files());
  await late.book.beforeStart(underEpoch(1));
  await clock.advance(1000);
  const next = watchdog(clock, folder.files());
  await next.book.beforeStart(underEpoch(2));
  const error = new LeaseLostError("event-loop-stall", "it stood still", { name: "job" });
  await late.book.beforeRelease({ how: "lost", error });
  expect(late.ledger.read()).toMatchObject([
    { epoch: 1, end: "interrupted" },
    { epoch: 2, trigger: "restarted", end: null },
  ]);
  expect(late.book.isToGoOn).toBe(true);
  await expect(late.book.beforeStart(underEpoch(3))).rejects.toThrow(NotDueError);
});
