import { mappingSchema, type Mapping } from "@tenure/schema";

/** How the invented system of these tests speaks; the generator knows nothing of it. */
export const mapping: Mapping = mappingSchema.parse({
  name: "a fleet of print servers",
  messages: [
    { kind: "acquired", match: "^duty taken by (?<holder>\\S+) term (?<epoch>\\d+)" },
    { kind: "renewed", match: "^duty kept by (?<holder>\\S+) term (?<epoch>\\d+)" },
    { kind: "released", match: "^duty handed in by (?<holder>\\S+)" },
    { kind: "registered", match: "^hello from (?<holder>\\S+)" },
    { kind: "unregistered", match: "^goodbye from (?<holder>\\S+)" },
    { kind: "expired-seen", match: "^duty of (?<holder>\\S+) term (?<epoch>\\d+) is over since (?<agoS>\\d+) s" },
    { kind: "held-seen", match: "^duty of (?<holder>\\S+) term (?<epoch>\\d+) lasts (?<remainingS>-?\\d+) s" },
    { kind: "spawned", match: "^forked (?<pid>\\d+)" },
    { kind: "exited", match: "^reaped (?<pid>\\d+) code (?<exitCode>\\d+) as (?<label>\\w+)" },
    { kind: "poller-started", match: "^guard up" },
    { kind: "poller-stopped", match: "^guard down" },
    { kind: "setting", match: "^guard looks every (?<valueS>\\d+) s", set: { label: "poll" } },
    { kind: "setting", match: "^at most (?<value>\\d+) forks an hour", set: { label: "restartsAnHour" } },
    { kind: "waiting", match: "^guard rests (?<durationS>\\d+) s" },
    { kind: "renewer-started", match: "^keeper up(?: with (?<label>\\S+))?" },
    { kind: "renewer-stopped", match: "^keeper down" },
    { kind: "renewer-cycle", match: "^keeper visits (?<holder>\\S+)" },
    { kind: "renew-skipped", match: "^keeper: not on duty" },
    { kind: "renew-claimed", match: "^keeper: duty of (?<holder>\\S+) prolonged" },
    { kind: "error", match: "^keeper\\.sh: " },
  ],
  states: [
    {
      kind: "state",
      file: "duty\\.jsonl$",
      document: "/v",
      time: "/t",
      facts: { holder: "/who", epoch: "/term", renewTime: "/seen", leaseDurationMs: "/ttl" },
    },
    {
      kind: "registry-row",
      file: "roll\\.jsonl$",
      document: "/v",
      time: "/t",
      rows: "/rows",
      facts: { holder: "/who", pid: "/pid", renewTime: "/seen", startTime: "/since" },
    },
    { kind: "change", file: "fixes\\.jsonl$", time: "/at", facts: { label: "/why", removed: "/gone" } },
  ],
});
