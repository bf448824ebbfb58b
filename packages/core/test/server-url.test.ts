import { expect, test } from "vitest";
import { ServerUrl, withoutBrackets, type ServerUrlGrammar } from "../src/index.ts";

const CANARY = "c4n4ry";
const grammar: ServerUrlGrammar = {
  reads: "a store; it reads kept://host",
  schemes: { plain: "kept", secure: "kepts" },
  port: 1234,
  parameters: ["more"],
};

function read(text: string): ServerUrl {
  return new ServerUrl(text, grammar, (path) => {
    if (path === "none") throw new Error("ENOENT: no such file");
    return `of ${path}\n`;
  });
}

test("hosts are those of the URL, then the further ones, each with the port that was written or meant", () => {
  const hosts = read("kept://a.example:80?more=b.example&more=[::1]:99").hosts("more");
  expect(hosts).toEqual([
    { hostname: "a.example", port: 80 },
    { hostname: "b.example", port: 1234 },
    { hostname: "[::1]", port: 99 },
  ]);
  expect(hosts.map(({ hostname }) => withoutBrackets(hostname))).toEqual(["a.example", "b.example", "::1"]);
  expect(read("kept://a.example?more=b.example").hosts()).toHaveLength(1);
});

test("a password is that of the file, or else of the URL; certificates are what their files hold", () => {
  const url = read("kepts://ops%40x:a%40b@a.example?cacert=ca.pem&key=key.pem");
  expect([url.isSecure, url.user, url.password(undefined), url.password("secret")]).toEqual([
    true,
    "ops@x",
    "a@b",
    "of secret",
  ]);
  expect(url.certificates).toEqual({ ca: "of ca.pem\n", key: "of key.pem\n" });
  expect(read("kepts://a.example?cert=cert.pem").certificates).toEqual({ cert: "of cert.pem\n" });
  expect([read("kept://a.example").user, read("kept://a.example").password(undefined)]).toEqual(["", ""]);
});

test.each<readonly [url: string, why: RegExp]>([
  ["nothing", /"nothing" is no URL of a store; it reads kept:\/\/host/u],
  [`other://ops:${CANARY}@a`, /is no URL of a store/u],
  ["kept://", /is no URL of a store/u],
  [`kept://ops:${CANARY}@a/path`, /is no URL of a store/u],
  [`kept://ops:${CANARY}@a?colour=red`, /has a parameter "colour"; known are more, cacert, cert, key/u],
  [`kept://ops:${CANARY}@a?cert=cert.pem`, /names certificates, which are for kepts:\/\/, and reads kept:\/\//u],
  [`kept://ops:%zz${CANARY}@a`, /^kept:\/\/a has a user or a password that is not percent-encoded/u],
  [`kept://ops:${CANARY}@a?more=`, /^kept:\/\/a has a more that is no host; one reads host:1234/u],
  [`kept://ops:${CANARY}@a?more=b/path`, /has a more that is no host/u],
  [`kept://a?more=ops:${CANARY}@b`, /has a more that is no host/u],
  [`kept://a?more=:${CANARY}@b`, /has a more that is no host/u],
  [`kept://${CANARY}@a?colour=red`, /^kept:\/\/a has a parameter "colour"/u],
  [`kept://ops:a"b ${CANARY}@a?colour=red`, /^kept:\/\/a has a parameter "colour"/u],
  [`kept:/ops:${CANARY}@a`, /^the URL given \(not shown: it may hold a password\) is no URL of a store/u],
  [`ops:${CANARY}@a/x`, /^the URL given/u],
  // A password with a sign that ends the host: what is left of it is no host, and the rest no parameter.
  [`kept://ops:12?${CANARY}@a`, /^the URL given .* has a parameter of an unknown name; known are more/u],
  [`kepts://ops:${CANARY}@a?cacert=none`, /cannot read none \(cacert\): ENOENT/u],
])("%s is refused, and shows no password", (text, why) => {
  const use = (): unknown => {
    const url = read(text);
    return [url.hosts("more"), url.certificates, url.password(undefined)];
  };
  expect(use).toThrow(expect.objectContaining({ code: "ECONFIG", message: expect.stringMatching(why) }));
  expect(use).not.toThrow(new RegExp(CANARY, "u"));
});

test("an engine's own rule is refused as the others are", () => {
  expect(read("kept://ops:secret@a").refusal("names no bucket").message).toMatch(/^kept:\/\/a names no bucket$/u);
  expect(() => new ServerUrl("kept://a/7", { ...grammar, path: /^\/\d$/u }, String).path).not.toThrow();
});
