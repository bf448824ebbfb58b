// The store as a newer minor version would use it: with fields in the record and its event that this build does not know.
export function withNewFields(region, store) {
  if (region === undefined) return store;
  const newer = {
    compareAndSwap: (expected, record, event, options) =>
      store.compareAndSwap(expected, { ...record, region }, { ...event, traceId: "t-1" }, options),
  };
  return new Proxy(store, {
    get(target, key) {
      const value = newer[key] ?? target[key];
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
