import { RegExpParser, type AST } from "@eslint-community/regexpp";

/** Shorter ones are in every other line, and leave nothing out. */
const SHORTEST = 4;

/**
 * Texts of which every match of the expression has one at least; `null` where no such texts are known. Plain ASCII only, so that they stand
 * in the bytes of a log as they stand here.
 */
export function fragmentsOf(source: string): readonly string[] | null {
  return ofAlternatives(new RegExpParser().parsePattern(source, 0, source.length, { unicode: true }).alternatives);
}

function ofAlternatives(alternatives: readonly AST.Alternative[]): readonly string[] | null {
  const all = alternatives.map(({ elements }) => best(candidatesOf(elements)));
  return all.every((each) => each !== null) ? all.flat() : null;
}

/** All that a match of the elements, one after the other, must have. */
function candidatesOf(elements: readonly AST.Element[]): (readonly string[])[] {
  const found: (readonly string[])[] = [];
  let run = "";
  for (const element of elements) {
    if (element.type === "Character" && isPlain(element.value)) {
      run += String.fromCodePoint(element.value);
      continue;
    }
    found.push([run]);
    run = "";
    const inner = innerOf(element);
    if (inner !== null) found.push(inner);
  }
  return [...found, [run]].filter((texts) => texts.every(({ length }) => length >= SHORTEST));
}

function innerOf(element: AST.Element): readonly string[] | null {
  if (element.type === "CapturingGroup") return ofAlternatives(element.alternatives);
  // A group may switch to matching either case.
  if (element.type === "Group") return element.modifiers === null ? ofAlternatives(element.alternatives) : null;
  if (element.type === "Quantifier" && element.min > 0) return innerOf(element.element);
  return null;
}

/** Of texts that all are there, the longest ones leave out the most lines. */
function best(candidates: readonly (readonly string[])[]): readonly string[] | null {
  const shortest = (texts: readonly string[]): number => Math.min(...texts.map(({ length }) => length));
  return candidates.toSorted((a, b) => shortest(b) - shortest(a))[0] ?? null;
}

/** What JSON writes as it is. */
function isPlain(code: number): boolean {
  return code >= 0x20 && code < 0x7f && code !== 0x22 && code !== 0x5c;
}
