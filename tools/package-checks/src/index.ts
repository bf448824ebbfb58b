import { test } from "vitest";

/** Placeholder until the checks land. */
export function describePackage(packageUrl: string | URL): void {
  test("has a manifest", () => void packageUrl);
}
