import type { Setting } from "./setting.ts";

/** Converts trimmed text to the file's form. What it cannot convert stays text, and the schema refuses it. */
export function fromText(form: Setting["form"], text: string): unknown {
  return FROM_TEXT[form](text);
}

const FROM_TEXT: Record<Setting["form"], (text: string) => unknown> = {
  text: (text) => text,
  number: (text) => (/^\d+$/.test(text) ? Number(text) : text),
  boolean: (text) => TRUTH_VALUES.get(text) ?? text,
  json: parsedJson,
  list: (text) => lines(text).flatMap((line) => line.split(",").map((entry) => entry.trim())),
};

/** A secret's file may have an entry a line. */
function lines(text: string): string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const TRUTH_VALUES: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["on", true],
  ["false", false],
  ["0", false],
  ["off", false],
]);
