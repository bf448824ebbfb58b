import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

interface State {
  readonly leaderId: string | null;
  readonly epoch: number;
  readonly lastHeartbeatMs: number;
}

/** The old lease: read, change, write. Nobody compares, nothing is durable, and a file that is missing means that nobody ever led. */
export class LeaseInFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  get state(): State {
    if (!existsSync(this.#path)) return { leaderId: null, epoch: 0, lastHeartbeatMs: 0 };
    return JSON.parse(readFileSync(this.#path, "utf8")) as State;
  }

  acquire(leaderId: string): void {
    this.#write({ leaderId, epoch: this.state.epoch + 1, lastHeartbeatMs: Date.now() });
  }

  renew(leaderId: string): boolean {
    const { state } = this;
    if (state.leaderId !== leaderId) return false;
    this.#write({ ...state, lastHeartbeatMs: Date.now() });
    return true;
  }

  /** Gives back only what is its own, and says nothing when it is not. */
  release(leaderId: string): void {
    if (this.state.leaderId === leaderId) this.#write({ ...this.state, leaderId: null });
  }

  #write(state: State): void {
    // Whole for its readers: a torn file was none of the incident's links.
    const draft = `${this.#path}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(state));
    renameSync(draft, this.#path);
  }
}
