import { describe, expect, test } from "vitest";
import { seededRandom } from "../src/world/random.ts";
import { SimDisk } from "../src/world/sim-disk.ts";

const bytes = (text: string): Buffer => Buffer.from(text);

/** What is left of `/d/file` after a power cut, in many worlds. */
function afterCuts(prepare: (disk: SimDisk) => void): Set<string> {
  const left = new Set<string>();
  for (let seed = 0; seed < 300; seed += 1) {
    const disk = new SimDisk(seededRandom(seed));
    disk.make("/d", true);
    prepare(disk);
    disk.powerCut();
    left.add(disk.find("/d/file")?.content().toString() ?? "nothing");
  }
  return left;
}

function write(disk: SimDisk, path: string, text: string): void {
  disk.append(disk.find(path) ?? disk.make(path, false), bytes(text));
}

describe("what a power cut leaves", () => {
  test("F1 what was synced, name and bytes, is there", () => {
    const left = afterCuts((disk) => {
      write(disk, "/d/file", "abc");
      disk.sync(disk.get("/d/file"));
      disk.sync(disk.get("/d"));
    });
    expect([...left]).toEqual(["abc"]);
  });

  test("F1 a name that was not synced may be gone, and its bytes with it", () => {
    const left = afterCuts((disk) => {
      write(disk, "/d/file", "abc");
      disk.sync(disk.get("/d/file"));
    });
    expect(left).toEqual(new Set(["abc", "nothing"]));
  });

  test("F1 bytes that were not synced are left up to some place, or as zeros from there on", () => {
    const left = afterCuts((disk) => {
      write(disk, "/d/file", "ab");
      disk.sync(disk.get("/d/file"));
      disk.sync(disk.get("/d"));
      write(disk, "/d/file", "cd");
    });
    expect(left).toEqual(new Set(["ab", "abc", "abcd", "ab\0", "ab\0\0", "abc\0"]));
  });

  test("F1 changes of names in one folder are left in their order", () => {
    const left = afterCuts((disk) => {
      write(disk, "/d/temporary", "abc");
      disk.sync(disk.get("/d/temporary"));
      disk.link("/d/temporary", "/d/file");
      disk.unlink("/d/temporary");
      disk.rename("/d/file", "/d/other");
      disk.sync(disk.get("/d"));
      disk.rename("/d/other", "/d/file");
      disk.unlink("/d/file");
    });
    expect(left).toEqual(new Set(["nothing", "abc"]));
  });

  test("F2 what a failed sync took with it no later sync brings back", () => {
    const left = afterCuts((disk) => {
      write(disk, "/d/file", "ab");
      disk.sync(disk.get("/d"));
      disk.get("/d/file").failSync();
      write(disk, "/d/file", "cd");
      disk.sync(disk.get("/d/file"));
    });
    expect([...left]).toEqual(["\0\0cd"]);
  });
});

test("processes see at once what was written, and lose nothing without a power cut", () => {
  const disk = new SimDisk(seededRandom(1));
  disk.make("/d", true);
  write(disk, "/d/file", "abc");
  expect(disk.get("/d/file").content().toString()).toBe("abc");
  expect(disk.list("/d")).toEqual(["file"]);
  expect(() => disk.make("/d/file", false)).toThrow("EEXIST");
  expect(() => disk.get("/d/other")).toThrow("ENOENT");
});
