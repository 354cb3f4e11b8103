import type { Random } from "../../packages/server/src/store/contract/populations/random.ts";

/** What no client of good will sends. None of it is what a leaked stack trace would show. */
const ODD_TEXTS: readonly string[] = [
  "",
  " ",
  "0",
  "-1",
  "1e9",
  "9007199254740993",
  "99999999999999999999",
  "NaN",
  "true",
  "null",
  "undefined",
  "[]",
  "{}",
  "__proto__",
  "constructor",
  "\0",
  "a\0b",
  "a\r\nSet-Cookie: a=b",
  "\u{d800}",
  "a\u{dfff}b",
  "\u202eabc\u2066",
  "\u200b\ufeff",
  "\ufffd",
  "\ufdfa".repeat(100),
  "e\u0301\u0316",
  "\u{1f600}",
  "%",
  "%00",
  "%zz",
  "../../etc/passwd",
  "' OR 1=1 --",
  "<script>alert(1)</script>",
  '"><b>',
  "urn:ietf:params:oauth:request_uri:x",
  "https://client.example/callback",
  "https://client.example:99999/",
  "https://[::1]/",
  "https://evil.example/document.json",
  "http://127.0.0.1:8080/callback",
  "javascript:alert(1)",
  "com.example.app:/callback",
  "rgr_",
  "rgr_" + "A".repeat(64),
  "def50200" + "ab".repeat(200),
  "e30.e30.e30",
  "eyJhbGciOiJub25lIn0.e30.",
  "00000000-0000-0000-0000-000000000000",
  "ffffffff-ffff-ffff-ffff-ffffffffffff",
  "read write read",
  "read  write",
  "offline_access",
  "*",
  "a".repeat(300),
  "a ".repeat(2000),
  "é".repeat(5000),
];

/** Now and then one that is larger than any limit: characters. */
const HUGE = 80_000;

export function oddText(random: Random): string {
  if (random.chance(0.01)) return "a".repeat(HUGE);
  return pick(random, ODD_TEXTS);
}

/** A member of a JSON document, of any type and at times deep. */
export function oddJson(random: Random, depth = 0): unknown {
  const nested = () => oddJson(random, depth + 1);
  const kinds: (() => unknown)[] = [
    () => oddText(random),
    () => pick(random, [0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER + 2]),
    () => pick(random, [true, false, null]),
    () => (depth > 3 ? [] : Array.from({ length: random.integer(0, 4) }, nested)),
    () => (depth > 3 ? {} : { [oddText(random)]: nested(), a: nested() }),
    () => deep(random.integer(1, 3000)),
  ];
  return pick(random, kinds)();
}

function deep(levels: number): unknown {
  return JSON.parse("[".repeat(levels) + "]".repeat(levels));
}

/** The same text with one character changed, left out or doubled, or cut off there. */
export function mutated(random: Random, text: string): string {
  const at = random.integer(0, text.length + 1);
  const [before, after] = [text.slice(0, at), text.slice(at)];
  const changed = pick(random, ["A", "0", "\0", "é", ".", "-", " ", "%"]);
  return pick(random, [
    before + changed + after.slice(1),
    before + after.slice(1),
    before + after.slice(0, 1) + after,
    before,
    text.toUpperCase(),
    text + text,
  ]);
}

/** @param values at least one */
export function pick<Value>(random: Random, values: readonly Value[]): Value {
  // The index is of the array, whose elements are values.
  return values[random.integer(0, values.length)] as Value;
}
