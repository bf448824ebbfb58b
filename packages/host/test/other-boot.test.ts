import { describe, expect, test } from "vitest";
import { bootId, processOf, processState, proveDeath, signalProcess, thisProcess } from "../src/index.ts";
import { darwin, withFiles } from "./fake-reader.ts";

const bootPath = "/proc/sys/kernel/random/boot_id";
const rebooted = withFiles({ [bootPath]: "11111111-1111-4111-8111-111111111111\n" });

describe.skipIf(process.platform !== "linux")("a process of another boot (needs Linux)", () => {
  test("is dead where the store is this machine's", () => {
    const { verdict, evidence } = proveDeath(thisProcess(), { sameMachine: true }, rebooted);
    expect(verdict).toBe("dead");
    expect(evidence).toContain(`it ran in boot ${bootId()}, and this is boot 11111111-1111-4111-8111-111111111111`);
  });

  test("is unknown where the record may be another machine's, or names another host", () => {
    expect(proveDeath(thisProcess(), { sameMachine: false }, rebooted).verdict).toBe("unknown");
    const stranger = { ...thisProcess(), hostId: "another" };
    expect(proveDeath(stranger, { sameMachine: true }, rebooted).verdict).toBe("unknown");
  });

  test("is unknown where either boot id is not the kernel's own", () => {
    const container = { ...thisProcess(), bootId: "private:22222222-2222-4222-8222-222222222222" };
    expect(proveDeath(container, { sameMachine: true }).verdict).toBe("unknown");
    const unreadable = withFiles({ [bootPath]: null });
    expect(bootId(unreadable)).toMatch(/^none:/u);
    expect(proveDeath(thisProcess(), { sameMachine: true }, unreadable).verdict).toBe("unknown");
  });

  test("is never signalled, nor taken for one that runs here", () => {
    expect(signalProcess({ ...processOf(1), pid: 2 ** 22 }, "SIGKILL", {}, rebooted).outcome).toBe("refused");
    expect(processState(thisProcess(), rebooted)).toBe("unknown");
  });
});

describe("on macOS, as far as it can be told without one", () => {
  const mac = darwin([501, 700]);

  test("a free number is proof, a used one is not", () => {
    const identity = processOf(700, {}, mac);
    expect(identity).toMatchObject({ processStartTime: null, pidNamespace: null, timeNamespace: null });
    expect(proveDeath(identity, { sameMachine: true }, mac).verdict).toBe("unknown");
    expect(proveDeath(identity, { sameMachine: true }, darwin([501])).verdict).toBe("dead");
  });

  test("nothing is signalled that cannot be told from its number's next user", () => {
    expect(signalProcess(processOf(700, {}, mac), "SIGKILL", {}, mac).outcome).toBe("refused");
  });

  test("a record of a container on it is unknown", () => {
    const container = { ...processOf(700, {}, mac), pidNamespace: "pid:[4026531836]" };
    expect(proveDeath(container, { sameMachine: true }, darwin([501])).verdict).toBe("unknown");
  });
});
