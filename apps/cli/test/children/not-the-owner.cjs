// Preloaded: the file NOT_OWNED belongs to another user, and this one may give nothing away.
const fs = require("node:fs");

const { lstatSync } = fs;
fs.lstatSync = (path, options) => {
  const facts = lstatSync(path, options);
  if (path === process.env.NOT_OWNED && facts !== undefined) facts.uid = 4711;
  return facts;
};
fs.fchownSync = () => {
  throw Object.assign(new Error("EPERM: operation not permitted, fchown"), { code: "EPERM" });
};
