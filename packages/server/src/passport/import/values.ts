/** A boolean column, as each driver gives it. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === "1";
}

/** A column that holds a JSON array of strings; null: it holds none. */
export function stringsOf(value: unknown): readonly string[] | null {
  if (typeof value !== "string") return null;
  try {
    const json: unknown = JSON.parse(value);
    return Array.isArray(json) && json.every((item) => typeof item === "string") ? json : null;
  } catch {
    return null;
  }
}
