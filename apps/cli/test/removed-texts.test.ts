import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { removedTexts } from "../src/diagnose/removed-texts.ts";

test("texts in quotes that went, without what a program puts in, what is still there, and what is short", () => {
  const diff = `diff --git a/guard.sh b/guard.sh
--- a/guard.sh
+++ b/guard.sh
@@ -1,5 +1,3 @@
-log "Sweeping the tray of \${holder} before each round"
-log 'still said: %s of it'
-echo "short"
-log "Resting a while longer"
+log "Resting a while longer, by request"
+log 'still said: %d of it'
`;
  expect(removedTexts(diff)).toEqual(["Sweeping the tray of", "before each round"]);
  expect(removedTexts("")).toEqual([]);
});

test("a line of escaped quotes that none closes is looked through once", () => {
  const hostile = `-${String.raw`x \"`.repeat(300_000)}\n-log "Lease looks stale"\n`;
  const texts: unknown = runInNewContext("removedTexts(hostile)", { removedTexts, hostile }, { timeout: 20_000 });
  expect(texts).toContain("Lease looks stale");
});
