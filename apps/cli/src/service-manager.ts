import { spawn } from "node:child_process";
import { tell } from "./output/print.ts";

/** What systemd gives a service of Type=notify, and none of it is its command's affair. */
const VARIABLES = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] as const;
/** One ping may be late, and another, before systemd takes this process for hung. */
const PINGS_PER_TIMEOUT = 3;
const STATUS_LENGTH = 200;

/**
 * Tells systemd that this service is up, what it does, and, by pings that need the event loop to turn, that it is not hung. Node.js
 * has no Unix datagram sockets, so that each message is sent by `systemd-notify`, which the unit must let speak (NotifyAccess=all).
 */
export class ServiceManager {
  readonly #env: NodeJS.ProcessEnv;
  readonly #pingEveryMs: number | null;
  /** Waiting to be sent: what is newer replaces what nobody was told yet. */
  readonly #waiting = new Map<string, string>();
  #sending = false;
  #told = false;
  #timer: NodeJS.Timeout | undefined;

  private constructor(env: NodeJS.ProcessEnv, pingEveryMs: number | null) {
    this.#env = env;
    this.#pingEveryMs = pingEveryMs;
  }

  /** `null` where no service manager asked to be told. Takes its variables out of the environment that commands inherit. */
  static ofEnvironment(env: NodeJS.ProcessEnv): ServiceManager | null {
    const own = { ...env };
    for (const variable of VARIABLES) delete env[variable];
    if (own["NOTIFY_SOCKET"] === undefined || own["NOTIFY_SOCKET"] === "") return null;
    const timeoutMs = Number(own["WATCHDOG_USEC"]) / 1_000;
    const isForUs = own["WATCHDOG_PID"] === undefined || own["WATCHDOG_PID"] === String(process.pid);
    const pings = isForUs && Number.isFinite(timeoutMs) && timeoutMs > 0;
    return new ServiceManager(own, pings ? timeoutMs / PINGS_PER_TIMEOUT : null);
  }

  /** It is up: as a leader or a standby. */
  ready(): void {
    this.#send("READY", "1");
    if (this.#pingEveryMs === null) return;
    this.#timer = setInterval(() => this.#send("WATCHDOG", "1"), this.#pingEveryMs);
    this.#timer.unref();
  }

  status(text: string): void {
    this.#send("STATUS", text.slice(0, STATUS_LENGTH));
  }

  close(): void {
    clearInterval(this.#timer);
    this.#waiting.clear();
  }

  #send(variable: string, value: string): void {
    this.#waiting.set(variable, value);
    if (!this.#sending) this.#sendWaiting();
  }

  #sendWaiting(): void {
    const messages = [...this.#waiting].map(([variable, value]) => `${variable}=${value}`);
    this.#waiting.clear();
    if (messages.length === 0) return;
    this.#sending = true;
    const sender = spawn("systemd-notify", messages, { env: this.#env, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    sender.stderr.on("data", (chunk) => (said += String(chunk)));
    sender.on("error", (error) => this.#tellFailure(error.message));
    sender.on("close", (code) => {
      if (code !== 0) this.#tellFailure(said.trim() || `systemd-notify ended with ${code}`);
      this.#sending = false;
      this.#sendWaiting();
    });
    // What systemd is told must not keep a service from ending.
    sender.unref();
  }

  /** Once: a service that is not heard is restarted, and its log should say why. */
  #tellFailure(why: string): void {
    if (this.#told) return;
    this.#told = true;
    tell(`tenure: systemd is not told that this service is up: ${JSON.stringify(why)}\n`);
  }
}
