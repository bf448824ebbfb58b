/** What a line of a log, or a version of a state file, can be evidence of. A mapping names these; rules ask for them. */
export const evidenceKinds = [
  /** `holder` leads from here on, with `epoch`; `previous` led before. */
  "acquired",
  /** `holder` renewed: by its own line, or by a version of the state. */
  "renewed",
  /** `holder` wrote into the lease's file, for whatever purpose; a renewal only where it is on the beat. */
  "touched",
  "released",
  /** Somebody (`holder`) wanted to give the lease back and was refused; `previous` is whose it is. */
  "release-refused",
  /** A version of the lease's state: `holder`, `epoch`, `renewTime`, `leaseDurationMs`. */
  "state",
  /** A version of the state without a holder: emptied, deleted, or unreadable. */
  "state-missing",
  "state-torn",
  /** A row of a registry: `holder`, `role`, `pid`, `renewTime`, `startTime`. */
  "registry-row",
  "registered",
  "unregistered",
  /** Somebody found the lease expired `agoMs` ago, or last renewed `ageMs` ago. */
  "expired-seen",
  /** Somebody found the lease valid for `remainingMs` more. */
  "held-seen",
  "spawned",
  /** A process ended: `pid`, `exitCode` or `signal`, and what it was called (`label`). */
  "exited",
  /** Somebody ended `pid` or `holder` for being silent: its sign of life was `ageMs` old. */
  "killed",
  /** Whoever restarts gave up: a limit was reached. */
  "gave-up",
  /** A file that names a process: `pid`, and `label`, what the file is called. */
  "pid-file",
  "poller-started",
  "poller-stopped",
  "renewer-started",
  "renewer-stopped",
  /** One round of something that renews for another: `holder` is whom it renews. */
  "renewer-cycle",
  /** A line that says that `holder` was renewed. */
  "renew-claimed",
  "renew-skipped",
  "renew-failed",
  /** A write of the lease by `holder` was refused, because another had written before. */
  "renew-conflict",
  /** A measured or configured number: `label`, and `valueMs` or `value`. */
  "setting",
  /** Somebody waits for `durationMs`, and does nothing else. */
  "waiting",
  /** A claimed fix: `label` says the claimed cause, `removed` a text that it took out. */
  "change",
  /** A text that a change took out was printed all the same. */
  "removed-text",
  "error",
  /** The store: `label` is `slow`, `unreachable` or `failover`. */
  "store-trouble",
  /** A connection was ended, by a pool, a proxy or the server. */
  "connection-closed",
  "permission-denied",
  "loop-stalled",
  "cpu-starved",
  "suspended",
  "clock-stepped",
  /** A process says that somebody asked it to end: a signal came, or its shutdown began. */
  "stop-asked",
  /** A holder stopped leading against its will; `label` says why. */
  "lost",
  /** The work of a holder stopped, or was seen at work. */
  "work-stopped",
  "worked",
  "fenced",
] as const;
