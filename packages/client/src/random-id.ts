/** A name that nobody else draws. `crypto.randomUUID` is missing from pages that came by http. */
export function randomId(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}
