import type { State } from "./state.ts";

const FREE = 0xffffffff;

/**
 * The states seen so far, whole, two numbers to a byte, in the order they were found. No hash stands for a state, so none is taken
 * for another. 30 to 40 bytes a state; more room is taken as it fills.
 */
export class Visited {
  readonly #words: number;
  readonly #packed: Uint32Array;
  #states: Uint32Array;
  #parents: Uint32Array;
  #labels: Uint8Array;
  #table: Uint32Array;
  size = 0;

  constructor(length: number) {
    this.#words = Math.ceil(length / 8);
    this.#packed = new Uint32Array(this.#words);
    this.#states = new Uint32Array(this.#words << 16);
    this.#parents = new Uint32Array(1 << 16);
    this.#labels = new Uint8Array(1 << 16);
    this.#table = new Uint32Array(1 << 17).fill(FREE);
  }

  /** `true`: it is new. `label` says by which step it came from the state found as number `parent`. */
  add(state: State, parent: number, label: number): boolean {
    this.#pack(state);
    const slot = this.#slotOf(this.#packed, 0);
    if (this.#table[slot] !== FREE) return false;
    if (this.size === this.#parents.length) {
      this.#grow();
      return this.add(state, parent, label);
    }
    this.#table[slot] = this.size;
    this.#states.set(this.#packed, this.size * this.#words);
    this.#parents[this.size] = parent;
    this.#labels[this.size] = label;
    this.size += 1;
    return true;
  }

  read(at: number, into: State): void {
    for (let place = 0; place < into.length; place += 1) {
      const word = this.#states[at * this.#words + (place >> 3)] ?? 0;
      into[place] = (word >>> ((place & 7) << 2)) & 15;
    }
  }

  parentOf(at: number): number {
    return this.#parents[at] ?? 0;
  }

  labelOf(at: number): number {
    return this.#labels[at] ?? 0;
  }

  #pack(state: State): void {
    this.#packed.fill(0);
    for (let place = 0; place < state.length; place += 1)
      this.#packed[place >> 3] = (this.#packed[place >> 3] ?? 0) | ((state[place] ?? 0) << ((place & 7) << 2));
  }

  #slotOf(words: Uint32Array, from: number): number {
    let hash = 0x811c9dc5;
    for (let word = 0; word < this.#words; word += 1) {
      hash = Math.imul(hash ^ (words[from + word] ?? 0), 0x01000193);
      hash ^= hash >>> 15;
    }
    const mask = this.#table.length - 1;
    let slot = Math.imul(hash, 0x9e3779b1) >>> 0;
    for (slot = (slot ^ (slot >>> 16)) & mask; this.#table[slot] !== FREE; slot = (slot + 1) & mask)
      if (this.#isAt(this.#table[slot] ?? 0, words, from)) break;
    return slot;
  }

  #isAt(state: number, words: Uint32Array, from: number): boolean {
    const at = state * this.#words;
    for (let word = 0; word < this.#words; word += 1) if (this.#states[at + word] !== words[from + word]) return false;
    return true;
  }

  #grow(): void {
    const room = this.#parents.length * 2;
    this.#states = grown(this.#states, new Uint32Array(room * this.#words));
    this.#parents = grown(this.#parents, new Uint32Array(room));
    this.#labels = grown(this.#labels, new Uint8Array(room));
    this.#table = new Uint32Array(room * 2).fill(FREE);
    for (let state = 0; state < this.size; state += 1)
      this.#table[this.#slotOf(this.#states, state * this.#words)] = state;
  }
}

function grown<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
