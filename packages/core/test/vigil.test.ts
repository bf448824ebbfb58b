import { describe, expect, it } from "vitest";
import { outcomeOf, World } from "./world.ts";

describe("the vigil of a term", () => {
  it("is opened once its holder leads, and kept until the release", async () => {
    const world = new World();
    const lease = await world.join("a").client.acquire("job");
    const ended = (): Promise<void> => new Promise((resolve) => void world.memory.vigil?.attend("job", 1, resolve));
    expect(await outcomeOf(ended())).toEqual({ value: undefined });
    await world.time.advance(1);
    const end = ended();
    expect(await outcomeOf(end)).toBe("pending");
    await lease.release();
    expect(await outcomeOf(end)).toEqual({ value: undefined });
  });

  it.each([{ kind: "hang" }, { kind: "fail", error: new Error("EADDRINUSE") }] as const)(
    "is not needed to lead: %j",
    async (fault) => {
      const world = new World();
      const { client, store } = world.join("a");
      const injection = store.inject("keep", fault);
      const lease = await client.acquire("job");
      await world.time.advance(2000);
      await lease.release();
      injection.release();
      expect(await outcomeOf(world.join("b").client.acquire("job"))).toMatchObject({ value: { epoch: 2 } });
    },
  );
});
