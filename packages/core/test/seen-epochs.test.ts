import { expect, test } from "vitest";
import { MemoryFenceStorage, SeenEpochs } from "../src/index.ts";

const seenBy = (storage?: MemoryFenceStorage): SeenEpochs =>
  new SeenEpochs({ storeId: "store", storage, engine: "the engine" });
const repair = (known: number): string => `raise it to ${known}`;

test("what shows less than was seen is not believed, and the way out is named; leases are kept apart", async () => {
  const seen = seenBy();
  await seen.believe({ name: "a", epochFloor: 7 }, repair);
  await seen.believe({ name: "b", epochFloor: 1 }, repair);
  await seen.believe({ name: "a", epochFloor: 7 }, repair);
  await expect(seen.believe({ name: "a", epochFloor: 6 }, repair)).rejects.toMatchObject({
    code: "EEPOCHREGRESSION",
    message: expect.stringMatching(/the engine shows epoch 6 .* epoch 7 was seen here.*raise it to 7/u) as string,
    facts: { name: "a", epoch: 7 },
  });
});

test("what one process saw, the next one knows, where there is a place for it", async () => {
  const storage = new MemoryFenceStorage();
  await seenBy(storage).note("a", 7);
  await expect(seenBy(storage).believe({ name: "a", epochFloor: 6 }, repair)).rejects.toThrow("epoch 7");
  await seenBy().believe({ name: "a", epochFloor: 6 }, repair);
});
