import { describe, expect, test } from "vitest";
import { claim, continuation, headAt, seal } from "../src/chain.ts";
import type { Head } from "../src/chain.ts";
import { event, record } from "./support.ts";

function headWith(fields: Partial<Parameters<typeof headAt>[0]["fields"]>): Head {
  return headAt({ fields: { v: 1, seq: 5, prev: "before", ...fields }, sum: "sum" }, null);
}

describe("the state after a line", () => {
  test("of which nothing before is known: a line that seals is its own revision, and no record is known yet", () => {
    expect(headWith({ seal: 2 })).toMatchObject({ revision: "5.sum", record: null, sealedInto: 2 });
  });

  test("a journal goes on only where its record is known", () => {
    expect(() => continuation("store", seal(headWith({}), 2).sealed)).toThrow(TypeError);
  });

  test("a field that a newer build wrote, and that is taken away, is gone: the whole record is written", () => {
    const before = record("orders", 1);
    const head = headWith({ record: { ...before, note: "of a newer build" } as typeof before });
    const renewal = event("lease.renewed", before);
    const wrote = (after: typeof before): string => claim(head, after, renewal, false).text;
    expect(wrote(before)).toContain(`"record":${JSON.stringify(before)}`);
    expect(wrote({ ...before, note: "still there" } as typeof before)).toContain('"patch":{"note":"still there"}');
  });
});
