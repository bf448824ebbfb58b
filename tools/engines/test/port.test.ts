import { connect } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { freePort } from "../src/port.ts";
import { isOpen } from "../src/server-process.ts";

test.skipIf(process.platform !== "linux")(
  "a port is given out once, though nobody listens on it yet (needs Linux)",
  async () => {
    const random = vi.spyOn(Math, "random").mockReturnValueOnce(0.5).mockReturnValueOnce(0.5);
    onTestFinished(() => random.mockRestore());
    const port = await freePort();
    expect(await isOpen(port)).toBe(false);
    expect(await freePort()).not.toBe(port);
    // What keeps it is seen by every process of this machine.
    const reservation = connect({ path: `\0tenure-port-${port}` });
    await new Promise((resolve) => reservation.once("connect", resolve));
    reservation.destroy();
  },
);
