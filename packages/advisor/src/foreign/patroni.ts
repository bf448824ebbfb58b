import { foreignRules, rule, seconds, show, type ForeignRules } from "./system.ts";

const HALF = -1;
const LEAST = { loop_wait: 1000, retry_timeout: 3000, ttl: 20_000 } as const;

/**
 * Patroni. It corrects what breaks its rule: first loop_wait, then retry_timeout is lowered. PostgreSQL goes on without Patroni, so that only
 * a watchdog device ends a primary whose Patroni stands still.
 */
export const patroni: ForeignRules = foreignRules({
  system: "patroni",
  forms: {
    ttl: seconds(30),
    loop_wait: seconds(10),
    retry_timeout: seconds(10),
    watchdog: {
      kind: "word",
      words: ["off", "automatic", "required"],
      default: "automatic",
      aliases: ["mode", "watchdog.mode"],
    },
    /** −1: half of the ttl, as whole seconds. */
    safety_margin: { ...seconds(5), also: { "-1": HALF }, aliases: ["watchdog.safety_margin"] },
  },
  sources: [
    "https://patroni.readthedocs.io/en/latest/dynamic_configuration.html (minimum values, loop_wait + 2 * retry_timeout <= ttl)",
    "https://patroni.readthedocs.io/en/latest/watchdog.html (mode, safety_margin)",
    "https://github.com/patroni/patroni/blob/master/patroni/config.py (_validate_and_adjust_timeouts)",
  ],
  judge: (given) => {
    const { ttl, loop_wait: loopWait, retry_timeout: retryTimeout } = corrected(given);
    const { watchdog } = given;
    const halfMs = Math.floor(ttl / 2000) * 1000;
    const margin = given.safety_margin === HALF ? ttl - halfMs : given.safety_margin;
    const worst = loopWait + 2 * retryTimeout;
    const isArmed = watchdog === "required";
    const sum = given.loop_wait + 2 * given.retry_timeout;
    const asGiven = ttl === given.ttl && loopWait === given.loop_wait && retryTimeout === given.retry_timeout;
    const timeoutMs = ttl - margin;
    const fitsLoop = timeoutMs >= loopWait;
    // A keepalive follows the answer to the key's update, and may come as late as the device still lets it.
    const latestMs = 2 * timeoutMs;
    const isCertain = latestMs <= ttl;
    return {
      inForce: { ttl, loop_wait: loopWait, retry_timeout: retryTimeout, safety_margin: margin },
      rules: [
        ...(["ttl", "loop_wait", "retry_timeout"] as const).map((key) =>
          rule("system", given[key] >= LEAST[key], `${key} ${show(given[key])} ≥ ${show(LEAST[key])}`),
        ),
        rule(
          "system",
          sum <= given.ttl,
          `loop_wait ${show(given.loop_wait)} + 2 · retry_timeout ${show(given.retry_timeout)} = ${show(sum)} ${sum <= given.ttl ? "≤" : ">"} ttl ${show(given.ttl)}`,
        ),
        rule("tenure", isArmed, `watchdog ${watchdog}: only "required" refuses to lead without a watchdog device`),
        rule("tenure", fitsLoop, `loop_wait ${show(loopWait)} ≤ ttl − safety_margin ${show(timeoutMs)}`),
        rule(
          "tenure",
          isCertain,
          `2 · (ttl − safety_margin) = ${show(latestMs)} ${isCertain ? "≤" : ">"} ttl ${show(ttl)}: a keepalive may follow its key's update as late as the device lets it`,
        ),
      ],
      overlap: {
        certainMs: 0,
        worstMs: isArmed && isCertain && fitsLoop ? 0 : null,
        explanation: isArmed
          ? `the watchdog resets the machine ${show(timeoutMs)} after the last keepalive, ${show(margin)} before the key expires; a Patroni that stands still between the key's update and its keepalive sends that up to ${show(timeoutMs)} late, and the reset comes up to ${show(latestMs)} after the update, where the key stands for ${show(ttl)}`
          : `by its loop Patroni demotes at most ${show(worst)} after its last renewal (loop_wait + 2 · retry_timeout), ${show(ttl - worst)} before the key expires, and PostgreSQL must stop within that; a Patroni that was killed or stands still demotes nobody, and its PostgreSQL goes on`,
      },
      gap: {
        worstMs: ttl + loopWait,
        explanation: `the key stands for ttl ${show(ttl)}, and a standby looks at the latest loop_wait ${show(loopWait)} later; promotion comes on top`,
      },
      guarantee: isArmed
        ? "One primary, as far as the watchdog device really resets the machine and counts on while that is paused, and Patroni does not stand still between winning the key and promoting: it does not look again. Clients that hold a connection to it are cut with it."
        : "One primary while Patroni runs. Nothing ends a primary whose Patroni was killed or stands still; a timeline and not a token tells the two apart afterwards.",
      changes: [
        ...(asGiven
          ? []
          : [
              `write down what Patroni makes of it: ttl=${ttl / 1000} loop_wait=${loopWait / 1000} retry_timeout=${retryTimeout / 1000}`,
            ]),
        ...(isArmed ? [] : ["watchdog: mode=required, with a device on every node"]),
        ...(isCertain && fitsLoop
          ? []
          : [
              "safety_margin=-1, a timeout of half the ttl: with a longer one the reset may come after the key has expired",
            ]),
        ...(loopWait <= halfMs ? [] : [`loop_wait=${halfMs / 1000} at most, so that it fits into half of the ttl`]),
      ],
    };
  },
});

interface Periods {
  readonly ttl: number;
  readonly loop_wait: number;
  readonly retry_timeout: number;
}

/** As Patroni does it, with a warning in its log. */
function corrected(given: Periods): Periods {
  const ttl = Math.max(given.ttl, LEAST.ttl);
  const loop_wait = Math.max(given.loop_wait, LEAST.loop_wait);
  const retry_timeout = Math.max(given.retry_timeout, LEAST.retry_timeout);
  if (LEAST.loop_wait + 2 * retry_timeout > ttl)
    return {
      ttl,
      loop_wait: LEAST.loop_wait,
      retry_timeout: Math.floor((ttl - LEAST.loop_wait) / 2000) * 1000,
    };
  return { ttl, loop_wait: Math.min(loop_wait, ttl - 2 * retry_timeout), retry_timeout };
}
