/** Test doubles for those who use leases, and the conformance suite for those who write stores. */
export { describeBrokenStores, describeLeaseStore, type StoreSubject, type TestFramework } from "./conformance.ts";
export { eventFor, heldRecord, type StoreFixture, type Support } from "./conformance-kit.ts";
export { FakeClock, type FakeClockOptions } from "./fake-clock.ts";
export { fixedIdentity, sequentialTokens } from "./identity.ts";
export type { Fault, FaultyCall, Injection } from "./memory-faults.ts";
export { MemoryStore, type MemoryStoreOptions } from "./memory-store.ts";
export { VirtualTime, type TimedParty } from "./virtual-time.ts";
