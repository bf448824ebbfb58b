import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  Fence,
  FENCING_TOKEN_HEADER,
  MemoryFenceStorage,
  requireFencingToken,
  type FenceStorage,
} from "../src/index.ts";

/** A real server whose writes are fenced; answers what each token is answered with. */
async function fenced(
  storage: FenceStorage = new MemoryFenceStorage(),
): Promise<(token?: string) => Promise<Response>> {
  const clock = { wallTime: () => "2026-01-01T00:00:00.000Z" };
  const guard = requireFencingToken(new Fence({ storeId: "store", name: "orders", storage, clock }));
  const server: Server = createServer((request, response) => {
    void guard(request, response, (error) => {
      response.statusCode = error === undefined ? 204 : 503;
      response.end();
    });
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return (token) =>
    fetch(url, { method: "PUT", headers: token === undefined ? {} : { [FENCING_TOKEN_HEADER]: token } });
}

describe("requests with a fencing token", () => {
  it("lets the present leader write, and each later one; a former one gets 409 with both epochs", async () => {
    const put = await fenced();
    expect((await put("7")).status).toBe(204);
    expect((await put("7")).status).toBe(204);
    expect((await put("8")).status).toBe(204);
    const refused = await put("7");
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ error: { code: "EFENCED", message: /epoch 7 .* epoch 8/u } });
  });

  it.each([
    [undefined, 428],
    ["", 400],
    ["0", 400],
    ["-1", 400],
    ["1e3", 400],
    ["7, 9", 400],
    ["9999999999999999", 400],
    ["99999999999999999999", 400],
  ])("refuses the token %j with %i, and raises nothing", async (token, status) => {
    const put = await fenced();
    expect((await put(token)).status).toBe(status);
    expect((await put("1")).status).toBe(204);
  });

  it("passes on what its storage fails with, and lets nobody in", async () => {
    const fail = (): Promise<never> => Promise.reject(new Error("disk full"));
    const put = await fenced({ load: fail, raise: fail });
    expect((await put("7")).status).toBe(503);
  });
});
