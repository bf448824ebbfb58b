import type { LeaseRecord } from "@tenure/schema";
import { expect, test } from "vitest";
import { otherBuild } from "./support/other-build.ts";
import { Place } from "./support/place.ts";

const region = { name: "north", since: "1.9" };

async function recordOf(place: Place): Promise<LeaseRecord & { readonly region?: unknown }> {
  const { record } = await (await place.open()).read(place.name);
  if (record === null) throw new Error("no record");
  return record;
}

test("two builds of different minor versions lead in turn in one folder, and what only the newer one knows survives", async () => {
  const place = new Place();
  const older = place.member("older", { leaseDurationMs: 10_000 });
  await older.next("granted");
  const newer = place.member("newer", { leaseDurationMs: 10_000, script: otherBuild("1.9"), region });
  await newer.next("joining");
  older.tell("release");
  expect((await newer.next("granted")).epoch).toBe(2);
  await newer.renews(1);
  expect(await recordOf(place)).toMatchObject({ schemaVersion: "1.9", region });

  // This build's command reads it, writes a mark into it, and says it in history.
  const status = JSON.parse((await place.tenure("status", place.name, "--json").ended).output) as unknown;
  expect(status).toMatchObject({ leases: [{ name: "jobs", holderIdentity: "newer", epoch: 2 }] });
  expect((await place.tenure("transfer", place.name, "--to", "older").ended).code).toBe(0);
  expect(await recordOf(place)).toMatchObject({ holderIdentity: "newer", region });

  const from = older.said.length;
  older.tell("again");
  await older.next("joining", from);
  newer.tell("release");
  expect((await older.next("granted", from)).epoch).toBe(3);
  await older.renews(1);
  expect(await recordOf(place)).toMatchObject({ holderIdentity: "older", region });
  // And back, by a death.
  newer.tell("again");
  await newer.next("joining", newer.said.length);
  older.kill("SIGKILL");
  expect(
    await newer.next(
      "granted",
      newer.said.findIndex(({ kind }) => kind === "released"),
    ),
  ).toMatchObject({ epoch: 4 });
  const history = JSON.parse((await place.tenure("history", place.name, "--json").ended).output) as {
    terms: { epoch: number }[];
  };
  expect(history.terms.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
  await place.judge(["I1", "I2", "I5"]);
});

test("a record of a newer major version is refused with the version to install, and stays as it is", async () => {
  const place = new Place();
  const future = place.member("future", { script: otherBuild("2.0") });
  await future.next("granted");
  future.kill("SIGKILL");
  await future.running.ended;
  for (const args of [
    ["status", place.name],
    ["acquire", place.name, "--no-process"],
    ["run", place.name, "--", "true"],
  ]) {
    const { code, output } = await place.tenure(...args).ended;
    expect(code, args[0]).toBe(78);
    expect(output, args[0]).toMatch(/2\.0/u);
    expect(output, args[0]).toMatch(/install .*2/u);
  }
});
