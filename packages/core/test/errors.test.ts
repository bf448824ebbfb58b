import { expect, test, vi } from "vitest";
import { LeaseError, LeaseLostError } from "../src/index.ts";

class Other extends LeaseError {}

test("an error of another copy of this package is one all the same, and nothing else is", async () => {
  vi.resetModules();
  const copy = await import("../src/errors.ts");
  expect(copy.LeaseError).not.toBe(LeaseError);
  const [failed, lost] = [new copy.LeaseError("EUSAGE", "no"), new copy.LeaseLostError("revoked", "gone")];
  expect([failed instanceof LeaseError, failed instanceof LeaseLostError]).toEqual([true, false]);
  expect([lost instanceof LeaseError, lost instanceof LeaseLostError]).toEqual([true, true]);
  expect([failed instanceof Other, new Other("EUSAGE", "no") instanceof copy.LeaseError]).toEqual([false, true]);
  for (const value of [null, undefined, {}, new Error("no"), { name: "LeaseLostError", code: "ELEASELOST" }])
    expect([value instanceof LeaseError, value instanceof LeaseLostError]).toEqual([false, false]);
});
