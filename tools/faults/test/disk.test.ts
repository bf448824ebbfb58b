import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkInvariants } from "@tenure/history";
import type { Observation } from "@tenure/history";
import { expect, onTestFinished, test } from "vitest";
import type { TestContext } from "vitest";
import { need, run } from "./support/machine.ts";
import { Place, temporaryFolder } from "./support/place.ts";
import type { Running } from "./support/running.ts";

/** A file system of this test alone. */
function mountDisk(context: TestContext): string {
  const folder = temporaryFolder();
  const image = join(temporaryFolder(), "image");
  need(context, "mkfs.ext4", "mkfs.ext4", "-V");
  run("truncate", "-s", "32M", image);
  run("mkfs.ext4", "-q", image);
  need(context, "the right to mount file systems", "mount", "-o", "loop", image, folder);
  onTestFinished(() => void run("umount", "-l", folder));
  run("chmod", "0700", folder);
  return folder;
}

/** What a command under `tenure run` says of itself. */
const work = `
  const { readFileSync, writeSync } = require("node:fs");
  const at = () => Math.round(Number.parseFloat(readFileSync("/proc/uptime", "latin1")) * 1000);
  const child = process.env.LEASE_HOLDER_IDENTITY + " " + process.env.LEASE_EPOCH;
  const say = (kind) => writeSync(1, JSON.stringify({ kind, at: at(), role: "jobs", child }) + "\\n");
  process.on("SIGTERM", () => { say("child-ended"); process.exit(0); });
  say("child-started");
  setInterval(() => {}, 1000);`;

function lived(...runners: readonly Running[]): Observation[] {
  return runners.flatMap(({ lines }) =>
    lines.filter((line) => line.startsWith('{"kind":"child-')).map((line) => JSON.parse(line) as Observation),
  );
}

test("F6 a disk that hangs under tenure run: the command is stopped before anyone else may lead, the disk is named, and nothing stays behind", async (context) => {
  const disk = mountDisk(context);
  need(context, "fsfreeze", "fsfreeze", "--version");
  const place = new Place(join(disk, "state"));
  const lead = (holder: string): Running =>
    place.tenure(
      "run",
      place.name,
      "--holder",
      holder,
      "--ttl",
      "3s",
      "--renew-interval",
      "300ms",
      "--request-timeout",
      "750ms",
      "--verbose",
      "--",
      process.execPath,
      "-e",
      work,
    );
  const blue = lead("blue");
  await blue.line(/child-started/u);
  const green = lead("green");
  await green.line(/waiting for "jobs"/u);

  run("fsfreeze", "-f", disk);
  let hangs = true;
  const thaw = (): void => {
    if (hangs) run("fsfreeze", "-u", disk);
    hangs = false;
  };
  onTestFinished(thaw);
  // While it still hangs.
  await blue.line(/child-ended/u);
  thaw();
  const { code, output } = await blue.ended;
  expect(code).toBe(79);
  expect(output).toContain("the disk is not answering");
  await green.line(/child-started/u);
  green.kill("SIGTERM");
  await green.ended;
  const children = lived(blue, green);
  expect(children.map(({ kind }) => kind)).toEqual(["child-started", "child-ended", "child-started", "child-ended"]);
  expect(checkInvariants(children)).toEqual([]);
  const store = await place.open();
  expect((await store.read(place.name)).record).toMatchObject({ holderIdentity: null });
  expect((await store.verify(place.name)).problems).toEqual([]);
});

test("F7 on a disk that syncs slowly the validity is counted from the request, not from the answer", async (context) => {
  const slowly = ["-e", "trace=fdatasync,fsync", "-e", "inject=fdatasync,fsync:delay_exit=700000"];
  const wrapper = ["strace", "-f", "-qq", "-o", "/dev/null", ...slowly];
  need(context, "strace", ...wrapper, "true");
  const place = new Place();
  const [blue, green] = await place.pair({ leaseDurationMs: 10_000, wrapper }, { leaseDurationMs: 10_000 });
  const granted = await blue.next("granted");
  // The epoch's reservation and the line itself, each made durable.
  expect(granted.at - granted.sentAt).toBeGreaterThan(1_300);
  expect(granted.validUntil).toBe(granted.sentAt + 8_000);
  expect(granted.remainingMs).toBeLessThan(8_000 - 1_300);
  // Renewals are not made durable, so they do not wait.
  await blue.renews(2);
  blue.tell("release");
  expect((await green.next("granted")).epoch).toBeGreaterThan(1);
  await place.judge(["I1", "I2", "I5"]);
});

test("F15 on an overlay leases hold as elsewhere, and it is told that other containers do not see them", async (context) => {
  const [layers, merged] = [temporaryFolder(), temporaryFolder()];
  for (const layer of ["lower", "upper", "work"]) mkdirSync(join(layers, layer), { mode: 0o700 });
  writeFileSync(join(layers, "lower", "of-the-image"), "");
  const options = ["lower", "upper", "work"].map((layer) => `${layer}dir=${join(layers, layer)}`);
  need(context, "the right to mount an overlay", "mount", "-t", "overlay", "overlay", "-o", options.join(","), merged);
  onTestFinished(() => void run("umount", "-l", merged));
  const place = new Place(join(merged, "state"));
  const [blue, green] = await place.pair({ leaseDurationMs: 600_000 });
  blue.kill("SIGKILL");
  expect((await green.next("granted")).epoch).toBeGreaterThan(1);
  await place.judge();
  const { facts, warnings } = await (await place.open()).probe();
  expect(facts["filesystem"]).toBe("overlay");
  expect(warnings.join("\n")).toContain("other containers see another folder");
});

test("F13 the journal is deleted or replaced under a live holder: it is told, and nobody leads beside it", async () => {
  for (const replaced of [false, true]) {
    const place = new Place();
    const [blue, green] = await place.pair({ leaseDurationMs: 3_000 });
    const [file = ""] = readdirSync(place.folders.directory).filter((name) => name.endsWith(".jsonl"));
    const path = join(place.folders.directory, file);
    await blue.renews(1);
    if (replaced) {
      copyFileSync(path, `${path}.old`);
      renameSync(`${path}.old`, path);
      // An identical copy is as good as the file: both go on in it.
      await blue.renews(2);
    }
    rmSync(path);
    expect((await blue.next("ended")).reason).toMatch(/state-corrupt|epoch-regression|taken-over/u);
    expect(await blue.act()).toMatchObject({ kind: "refused" });
    expect((await green.next("granted")).epoch).toBeGreaterThan(1);
    expect(await place.takes((await green.act()).epoch)).toBe("taken");
    expect(await place.takes(1)).toBe("EFENCED");
    const windows = [blue, green].flatMap(({ testimony }) => testimony) as unknown as Observation[];
    expect(checkInvariants(windows.filter(({ kind }) => ["granted", "ended"].includes(kind)))).toEqual([]);
  }
});
