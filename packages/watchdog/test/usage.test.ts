import type { LeaseClient } from "@tenure/core";
import { FakeClock } from "@tenure/core/testing";
import { runUnderLease } from "@tenure/watchdog";
import type { RunOptions } from "@tenure/watchdog";
import { expect, test } from "vitest";

test("a pipe that nobody would read is refused before anybody leads", async () => {
  const stdio = ["ignore", "pipe", "inherit"] as unknown as NonNullable<RunOptions["stdio"]>;
  const client = {} as LeaseClient;
  const run = runUnderLease({ client, name: "job", command: "true", stdio, clock: new FakeClock(), random: () => 0 });
  await expect(run).rejects.toMatchObject({ code: "EUSAGE", message: expect.stringContaining("stdio[1]") });
});
