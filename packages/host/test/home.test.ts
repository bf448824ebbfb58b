import { homedir, userInfo } from "node:os";
import { expect, test, vi } from "vitest";
import { homeDirectory } from "../src/index.ts";

test.each(["", "work"])("a home that is called %j is the one that the system has on record", (home) => {
  vi.stubEnv("HOME", home);
  expect(homedir()).toBe(home);
  expect(homeDirectory()).toBe(userInfo().homedir);
  vi.unstubAllEnvs();
});
