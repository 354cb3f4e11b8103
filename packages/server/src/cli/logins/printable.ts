/** Of a foreign text, characters. */
const ENOUGH = 300;

/**
 * A text of a server or of a damaged file, safe to show: nothing in it moves the cursor, colours, breaks the line or
 * changes the direction of writing.
 */
export function printable(text: string): string {
  const cut = text.length > ENOUGH ? `${text.slice(0, ENOUGH)}…` : text;
  return cut.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\uFFFD");
}
