import { foreignRules, rule, seconds, show, type ForeignRules } from "./system.ts";
import { readTimeSpan } from "./time-span.ts";

/** After an exit code that says failure as well as after a signal; the others leave one of the two alone. */
const AFTER_EVERY_CRASH = ["always", "on-failure"];
const AFTER_A_SIGNAL_ONLY = ["on-abnormal", "on-abort"];
const AFTER_A_HANG = ["always", "on-failure", "on-abnormal", "on-watchdog"];

const FOR_EVER = 0;
const span = (defaultSeconds: number) => ({ ...seconds(defaultSeconds), read: readTimeSpan });

/** A systemd service: at most one of it on a machine, and nothing said of other machines. */
export const systemd: ForeignRules = foreignRules({
  system: "systemd",
  forms: {
    Restart: {
      kind: "word",
      words: ["no", "always", "on-failure", "on-abnormal", "on-abort", "on-watchdog", "on-success"],
      default: "no",
    },
    RestartSec: span(0.1),
    StartLimitIntervalSec: { ...span(10), aliases: ["StartLimitInterval"] },
    StartLimitBurst: { kind: "number", default: 5 },
    /** 0: none. */
    WatchdogSec: { ...span(0), also: { infinity: 0 } },
    TimeoutStopSec: { ...span(90), also: { infinity: FOR_EVER } },
    machines: { kind: "number", default: 1 },
  },
  sources: [
    "https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html (Restart=, RestartSec=, WatchdogSec=, TimeoutStopSec=)",
    "https://www.freedesktop.org/software/systemd/man/latest/systemd.time.html (time spans)",
    "https://github.com/systemd/systemd/blob/main/src/core/load-fragment.c (config_parse_service_timeout: a TimeoutStopSec of 0 is infinity)",
    "https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html (StartLimitIntervalSec=, StartLimitBurst=; starts by hand count as well)",
  ],
  judge: (settings) => {
    const { Restart, RestartSec, StartLimitIntervalSec: intervalMs, StartLimitBurst: burst } = settings;
    const { WatchdogSec, TimeoutStopSec, machines } = settings;
    const restarts = AFTER_EVERY_CRASH.includes(Restart);
    const hears = WatchdogSec > 0 && AFTER_A_HANG.includes(Restart);
    const crash = AFTER_A_SIGNAL_ONLY.includes(Restart)
      ? "a crash by a signal is followed by a start, one that ends with an exit code by nothing"
      : `a crash is followed by ${restarts ? "a start" : "nothing"}`;
    const spentAfterMs = burst * RestartSec;
    const hasLimit = intervalMs > 0 && burst > 0;
    const trips = hasLimit && spentAfterMs < intervalMs;
    const isAlone = machines <= 1;
    const ends = TimeoutStopSec !== FOR_EVER;
    const hungMs = WatchdogSec + TimeoutStopSec + RestartSec;
    return {
      inForce: ends ? {} : { TimeoutStopSec: "infinity" },
      rules: [
        rule(
          "tenure",
          isAlone,
          `${machines} machine${machines === 1 ? "" : "s"}${isAlone ? "" : ": each starts its own, and systemd asks no other"}`,
        ),
        rule("tenure", restarts, `Restart=${Restart}: ${crash}`),
        rule(
          "tenure",
          hears,
          `WatchdogSec ${show(WatchdogSec)}: ${hears ? "a hang is noticed" : "a hang is never noticed"}`,
        ),
        rule(
          "tenure",
          ends,
          `TimeoutStopSec ${ends ? `${show(TimeoutStopSec)}: what does not stop is killed then` : "infinity: what does not stop is waited for without end"}`,
        ),
        rule(
          "tenure",
          !hasLimit || trips,
          hasLimit
            ? `${burst} · RestartSec ${show(RestartSec)} = ${show(spentAfterMs)} ${trips ? "<" : "≥"} StartLimitIntervalSec ${show(intervalMs)}: ${trips ? "the limit can be reached" : "the limit is never reached, and a crash loop goes on for ever"}`
            : "no start limit: a crash loop goes on for ever",
        ),
      ],
      overlap: {
        certainMs: 0,
        worstMs: isAlone ? 0 : null,
        explanation: isAlone
          ? "one main process a unit: the old one is gone before the next is started"
          : "each machine starts its own",
      },
      gap:
        restarts && hears && ends && !trips
          ? {
              worstMs: hungMs,
              explanation: `a hang is noticed after WatchdogSec ${show(WatchdogSec)}, ended within TimeoutStopSec ${show(TimeoutStopSec)}, and started again RestartSec ${show(RestartSec)} later`,
            }
          : {
              worstMs: null,
              explanation: !restarts
                ? crash
                : trips
                  ? `${burst} failures within ${show(intervalMs)}, and the unit stays down until a person comes (a single crash: ${show(RestartSec)})`
                  : hears
                    ? "a hang is noticed, but TimeoutStopSec infinity waits without end for what does not stop"
                    : "a hang is never noticed",
            },
      guarantee: isAlone
        ? "One of it on this machine. No lease: who is started elsewhere, by hand or by another unit, is not seen."
        : "Nothing across machines.",
      changes: [
        ...(isAlone
          ? []
          : ["ExecStart=tenure run NAME --store … -- COMMAND, so that one machine leads and the others wait"]),
        ...(restarts ? [] : ["Restart=on-failure"]),
        ...(hears ? [] : ["WatchdogSec=30 and sd_notify(WATCHDOG=1) from the work itself, or tenure run --progress"]),
        ...(ends ? [] : ["TimeoutStopSec=90, so that what hangs is killed"]),
        ...(trips
          ? [
              `RestartSec=${Math.ceil(intervalMs / burst / 1000)} where it must never stay down, or OnFailure= that calls somebody`,
            ]
          : []),
      ],
    };
  },
});
