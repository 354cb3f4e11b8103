import { EVENT_TYPES } from "../events/event.ts";

/**
 * Whether a type of event meets one of the filters: a type (`grant.reused`), the part before its dot (`grant`), or `*`.
 */
export function matchesType(filters: readonly string[], type: string): boolean {
  const group = type.slice(0, type.indexOf("."));
  return filters.some((filter) => filter === "*" || filter === type || filter === group);
}

/** What may be filtered for: every type, every group of types, and `*`. */
export function knownFilters(): ReadonlySet<string> {
  const types = Object.keys(EVENT_TYPES);
  return new Set(["*", ...types, ...types.map((type) => type.slice(0, type.indexOf(".")))]);
}
