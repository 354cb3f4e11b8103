/** undefined: not an absolute URL. Node 20 has no `URL.parse`, and browsers of before 2024 no `URL.canParse`. */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
