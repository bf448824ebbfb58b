import { escapeForDisplay } from "@tenure/schema/light";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Any text, for the inside of an element or of a quoted attribute. Control characters and those that turn the text round show as escapes. */
export function safe(text: string): string {
  return escapeForDisplay(text).replaceAll(/[&<>"']/gu, (mark) => entities[mark] ?? "");
}

/** A number for an attribute of SVG. */
export function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** A time as people read it: `2026-01-31 08:30:00`, in UTC. */
export function moment(stamp: string): string {
  const ms = Date.parse(stamp);
  return Number.isNaN(ms) ? stamp : new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}
