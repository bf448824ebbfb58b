import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { diagnose } from "../../src/index.ts";
import { file, holders, read } from "./file.ts";

interface Version {
  readonly name?: string;
  readonly holder: string | null;
  readonly transitions: number;
  readonly acquired: string;
  readonly renewed: string;
}

function lease({ name = "ctl", holder, transitions, acquired, renewed }: Version): object {
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, namespace: "press", creationTimestamp: "2026-01-01T00:00:00Z" },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: 15,
      leaseTransitions: transitions,
      acquireTime: `2026-04-02T${acquired}.000000Z`,
      renewTime: `2026-04-02T${renewed}.000000Z`,
    },
  };
}

const first = { holder: "a", transitions: 3, acquired: "09:00:00", renewed: "09:00:10" };
const later = { ...first, renewed: "09:00:12" };
const next = { holder: "b", transitions: 4, acquired: "09:01:00", renewed: "09:01:02" };
const expected = [
  ["a", "2026-04-02T09:00:00.000Z"],
  ["b", "2026-04-02T09:01:00.000Z"],
];

const pretty = (...objects: readonly object[]): string =>
  objects.map((object) => `${JSON.stringify(object, null, 4)}\n`).join("");

describe("Lease objects", () => {
  test.each([
    ["one after the other, as a watch writes them", pretty(lease(first), lease(later), lease(next))],
    ["a line each", [first, later, next].map((each) => `${JSON.stringify(lease(each))}\n`).join("")],
    ["with what happened", pretty({ type: "ADDED", object: lease(first) }, { type: "MODIFIED", object: lease(next) })],
    ["in YAML, one after the other", [first, later, next].map((each) => `---\n${stringify(lease(each))}`).join("")],
    [
      "in YAML, with what happened",
      stringify({ object: lease(first), type: "ADDED" }) +
        `---\n${stringify({ object: lease(next), type: "MODIFIED" })}`,
    ],
    ["a list in YAML", stringify({ apiVersion: "v1", items: [lease(first), lease(next)], kind: "List" })],
    ["a list", pretty({ apiVersion: "v1", kind: "List", items: [lease(first), lease(next)] })],
  ])("%s", async (_, content) => {
    const document = await read([file("leases.json", content)]);
    expect(holders(document)).toEqual(expected);
    expect(document.terms.map(({ epoch }) => epoch)).toEqual([3, 4]);
    expect(document.missing).not.toContain("the lease duration");
    expect(document.unparsed).toEqual([]);
  });

  test("what kubectl writes in YAML, all of it", async () => {
    const content = `apiVersion: coordination.k8s.io/v1
kind: Lease
metadata:
  annotations:
    note: |
      apiVersion: of nothing
  creationTimestamp: "2026-01-01T00:00:00Z"
  managedFields:
  - apiVersion: coordination.k8s.io/v1
    fieldsV1:
      f:spec:
        f:holderIdentity: {}
    manager: ctl
    operation: Update
  name: ctl
  namespace: press
  resourceVersion: "8121"
spec:
  acquireTime: "2026-04-02T09:00:00.000000Z"
  holderIdentity: a
  leaseDurationSeconds: 15
  leaseTransitions: 3
  renewTime: "2026-04-02T09:00:10.000000Z"
`;
    const document = await read([file("lease.yaml", content)]);
    expect(holders(document)).toEqual([expected[0]]);
    expect({ lines: document.lines, unparsed: document.unparsed }).toEqual({ lines: 23, unparsed: [] });
  });

  test("YAML that is torn, or of something else, is counted with the line that it begins in", async () => {
    const pod = "apiVersion: v1\nkind: Pod\n";
    const torn = "apiVersion: coordination.k8s.io/v1\nspec: {holderIdentity: 'a\n";
    const document = await read([file("leases.yaml", `${stringify(lease(first))}---\n${pod}---\n${torn}`)]);
    expect(holders(document)).toEqual([expected[0]]);
    expect(document.unparsed).toMatchObject([{ lines: 6, first: { text: "--- apiVersion: v1 kind: Pod" } }]);
  });

  test.each(["kind: daemon started", "type: log", "object: a", "items:", "metadata:", "apiVersion: v1"])(
    "a log that begins with %s is a log",
    async (head) => {
      const log = `${head}\n2026-04-02T09:00:00Z successfully acquired lease press/ctl\n`;
      const { terms, lines, unparsed } = await read([file("ctl.log", log, undefined, 4_096)]);
      expect(terms).toHaveLength(1);
      expect(lines).toBe(2);
      expect(unparsed).toMatchObject([{ lines: 1, first: { line: 1, text: head } }]);
    },
  );

  test("a log that goes on behind a Lease is read, however long it is", async () => {
    const line = "2026-04-02T09:01:00Z successfully acquired lease press/ctl\n";
    const noise = "2026-04-02T09:00:30Z request served\n".repeat(20_000);
    const document = await read([file("ctl.log", `${stringify(lease(first))}${noise}${line}`, undefined, 4_096)]);
    expect(document.terms.map(({ acquireTime }) => acquireTime)).toEqual(["2026-04-02T09:01:00.000Z"]);
    expect(document.lines).toBe(20_001 + stringify(lease(first)).split("\n").length - 1);
  });

  test.each([
    ["as kubectl indents", (text: string) => text.replaceAll(/^ {2}/gmu, "")],
    ["as others indent", (text: string) => text],
  ])("a list of thousands in YAML, %s, is read item by item", async (_, indented) => {
    const count = 3_000;
    const items = Array.from({ length: count }, (__, index) => lease({ ...first, name: `ctl-${index}` }));
    const content = indented(stringify({ apiVersion: "v1", items, kind: "List", metadata: { resourceVersion: "" } }));
    const parsed: number[] = [];
    const { yamlDocuments } = await import("../../src/readers/yaml-documents.ts");
    for await (const { text, lines } of yamlDocuments(file("a.yaml", content, undefined, 4_096).chunks))
      parsed.push(Math.max(text.length, lines.length));
    expect(parsed).toHaveLength(count);
    expect(Math.max(...parsed)).toBeLessThan(1_000);
    const document = await read([file("leases.yaml", content, undefined, 4_096)]);
    expect(document.lines).toBe(content.split("\n").length - 1);
    expect(document.unparsed).toEqual([]);
    expect(document.missing.join(" ")).toMatch(/and 2994 more/u);
  });

  test("an object that nobody holds was given back by who held it before", async () => {
    const free = lease({ ...later, holder: "", renewed: "09:00:20" });
    const { terms } = await read([file("leases.json", pretty(lease(first), free, lease(next)))]);
    expect(terms[0]).toMatchObject({ holderIdentity: "a", explanation: "it was released" });
  });

  test("transitions that go back are an epoch that goes back", async () => {
    const reset = { ...next, transitions: 0 };
    const { findings } = await read([file("leases.json", pretty(lease(first), lease(reset)))]);
    expect(findings.map(({ ruleId }) => ruleId)).toContain("epoch-regression");
    const rising = await read([file("leases.json", pretty(lease(first), lease(next)))]);
    expect(rising.findings.map(({ ruleId }) => ruleId)).not.toContain("epoch-regression");
  });

  test("of several leases one is explained, and which are not is said", async () => {
    const content = pretty(
      lease({ ...first, name: "quiet", holder: "z" }),
      lease(first),
      lease({ ...next, name: "quiet", holder: "z", renewed: "09:02:00" }),
      lease(next),
    );
    const chosen = await read([file("leases.json", content)]);
    expect(holders(chosen)).toEqual(expected);
    expect(chosen.missing.join(" ")).toMatch(/other leases than "press\/ctl", .*: press\/quiet$/u);
    const asked = await diagnose([file("leases.json", content)], { lease: "press/quiet" });
    expect(asked.terms.map(({ holderIdentity }) => holderIdentity)).toContain("z");
    expect(asked.terms.map(({ holderIdentity }) => holderIdentity)).not.toContain("a");
  });

  test("with the log of the pod, one acquisition is one term", async () => {
    const log = `2026-04-02T09:00:00Z I0402 09:00:00.200000       1 event.go:294] "Event occurred" reason="LeaderElection" message="a became leader"
2026-04-02T09:00:00Z I0402 09:00:00.250000       1 leaderelection.go:258] successfully acquired lease press/ctl\n`;
    const document = await read([file("leases.json", pretty(lease(first), lease(next))), file("pod.log", log)]);
    expect(holders(document)).toEqual(expected);
  });

  test("a document that breaks off is counted line by line, and the log goes on", async () => {
    const broken = pretty(lease(first)).split("\n").slice(0, 5).join("\n");
    const { unparsed, terms } = await read([
      file("mixed.log", `${broken}\n2026-04-02T09:00:00Z successfully acquired lease press/ctl\n`),
    ]);
    expect(unparsed).toMatchObject([{ lines: 5, first: { line: 1 } }]);
    expect(terms).toHaveLength(1);
  });
});
