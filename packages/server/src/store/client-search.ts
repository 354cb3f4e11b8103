/** Clients that one page of a search examines. */
export const EXAMINED_CLIENTS = 5000;

/**
 * A pattern of `LIKE` with the escape `\`, for the JSON of a client's settings: what it does not match does not have the
 * text in a name or an address, whatever its case. The engines know the case of ASCII alone, so any text may stand for
 * another letter.
 */
export function settingsPattern(text: string): string {
  const inJson = JSON.stringify(text.normalize("NFC").toLowerCase()).slice(1, -1);
  const escaped = inJson.replace(/[\\%_]/g, "\\$&").replace(/[^\x20-\x7e]+/gu, "%");
  return `%${escaped}%`;
}
