import { describe, expect, test } from "vitest";
import { Harbour } from "./harbour.ts";

const TURN_S = 700;

/** Boats that lead for ten minutes each and are gone then, without a word. */
function abandoned(turns = 5): Harbour {
  const harbour = new Harbour();
  for (let turn = 0; turn < turns; turn++) {
    const [from, boat] = [turn * TURN_S, `boat-${turn + 1}`];
    const pid = 70 + turn;
    harbour.log("tower.log", from - 3, `Boat launched with pid ${pid}`);
    harbour.leads(boat, `boat-${turn}`, turn + 1, from, from + 540);
    harbour.log("tower.log", from + 555, `Boat pid ${pid} exited with code 0`);
    harbour.looks(boat, turn + 1, from + 540, from + 560);
  }
  return harbour;
}

describe("a mapping drafted from a whole folder", () => {
  test("takes a line that names the file of the lease for the holder's write of it", async () => {
    const { messages } = await abandoned().drafted();
    expect(messages.find(({ kind }) => kind === "touched")).toMatchObject({ facts: { holder: "/source" } });
    const { terms } = await abandoned().diagnosed();
    expect(terms.map(({ renewals }) => renewals)).toEqual(Array.from({ length: 5 }, () => 27));
  });

  test("so that nobody is accused of renewals that only nobody kept", async () => {
    const found = await abandoned().causes();
    expect(found).toContain("exited-without-release");
    expect(found).not.toContain("expired-lease-resurrected");
    expect(found).not.toContain("renewal-stopped");
    expect(found).not.toContain("configuration-split");
  });

  test("a write that failed, or a lock that was given back, is no renewal", async () => {
    const harbour = abandoned()
      .log("boats.log", 21, "[boat-1] Unlocked /var/harbour/pilot.json")
      .log("boats.log", 22, "[boat-1] Error: could not save /var/harbour/pilot.json");
    const touched = (await harbour.drafted()).messages.filter(({ kind }) => kind === "touched");
    expect(touched.map(({ match }) => match)).toEqual([expect.stringMatching(/^\^Saved/u)]);
  });

  test("reads logs with the usual names of fields beside documents with others", async () => {
    const harbour = abandoned()
      .line("stats.json", 1, JSON.stringify({ last_update: "2026-07-19T04:00:01Z", rounds: 4 }))
      .line("deck.ndjson", 10, JSON.stringify({ timestamp: new Harbour().stamp(10), message: "deck swept", who: "x" }));
    const { unparsed } = await harbour.diagnosed();
    expect(unparsed.map(({ file }) => file)).toEqual(["stats.json"]);
  });

  test("of the lines of one round takes one, and what a round says of renewing for a claim", async () => {
    const harbour = abandoned();
    for (let at = 4; at < 5 * TURN_S; at += 60)
      harbour
        .log("buoy.log", at, "Heartbeat round begins")
        .log("buoy.log", at, "Heartbeat round for boat-77")
        .log("buoy.log", at + 0.2, "Updated pilot lease of boat-77")
        .log("buoy.log", at + 0.4, "Heartbeat round for boat-77 done: ok");
    const { messages } = await harbour.drafted();
    expect(messages.filter(({ kind }) => kind === "renewer-cycle")).toHaveLength(1);
    expect(messages.filter(({ kind }) => kind === "renewed")).toEqual([]);
    const { findings } = await harbour.diagnosed();
    const told = findings.map(({ ruleId }) => ruleId);
    expect(told).toEqual(expect.arrayContaining(["wrong-holder-renewed", "false-success"]));
    expect(told).not.toContain("duplicate-renewer");
  });

  test("learns ends from documents of exits, and what a log only quotes from nobody", async () => {
    const harbour = abandoned()
      .line("ends.jsonl", 560, JSON.stringify({ recorded: new Harbour().stamp(555), pid: 70, exit_code: 0 }))
      .log("tower.log", 561, "stderr: the pilot lease was lost by 3 of us, all workers killed, pid 4");
    const { states, messages } = await harbour.drafted();
    expect(states?.find(({ kind }) => kind === "exited")).toMatchObject({
      facts: { pid: "/pid", exitCode: "/exit_code", startTime: "/recorded" },
    });
    expect(messages.filter(({ match }) => match.includes("stderr"))).toEqual([]);
  });

  test("learns that somebody gave up, and whom a watchdog killed for how long a silence", async () => {
    const harbour = new Harbour();
    for (let turn = 0; turn < 4; turn++)
      harbour
        .log("tower.log", turn * 100, `Boat launched with pid ${500 + turn}`)
        .log("tower.log", turn * 100 + 30, `No heartbeat for ${900 + turn * 100}s, killing pid ${500 + turn}`)
        .log("tower.log", turn * 100 + 31, `Boat pid ${500 + turn} exited with code 137`)
        .log("tower.log", turn * 100 + 32, `Pilot lease expired ${900 + turn * 100}s ago: boat-0 (term 1)`);
    harbour.log("tower.log", 450, "Limit of 4 starts reached, giving up");
    expect((await harbour.causes()).slice(0, 3)).toEqual(["newborn-killed", "start-failed", "gave-up"]);
  });
});

describe("versions of a state that somebody else kept", () => {
  /** The same without the lines of the holders' writes. */
  function sampled(): Harbour {
    const harbour = new Harbour();
    for (let turn = 0; turn < 5; turn++) {
      const [from, boat] = [turn * TURN_S, `boat-${turn + 1}`];
      harbour.log("boats.log", from, `[${boat}] Took over the pilot lease from stale boat-${turn} (term ${turn + 1})`);
      for (const seen of [20, 40, 180, 300]) harbour.kept(from + seen + 9, boat, turn + 1, from + seen);
      harbour.log("tower.log", from + 555, `Boat pid ${70 + turn} exited with code 0`);
      harbour.looks(boat, turn + 1, from + 540, from + 560);
    }
    return harbour;
  }

  test("are samples: a gap among them is no renewal that is missing", async () => {
    const { findings, signature } = await sampled().diagnosed();
    const told = findings.map(({ ruleId }) => ruleId);
    expect(told).toContain("exited-without-release");
    for (const wrong of ["expired-lease-resurrected", "renewal-stopped", "configuration-split", "host-suspended"])
      expect(told).not.toContain(wrong);
    expect(signature?.conclusions.join(" ")).not.toMatch(/missing/u);
  });

  test("and whoever found the lease expired says when it was renewed last", async () => {
    const { terms } = await sampled().diagnosed();
    expect(terms[0]?.explanation).toMatch(/found expired 80 s after the last renewal/u);
  });
});
