import { hash } from "node:crypto";

/** The strong entity tag of a representation (RFC 9110 §8.8.3): its digest. */
export function entityTag(representation: unknown): string {
  return `"${hash("sha256", JSON.stringify(representation), "base64url").slice(0, 22)}"`;
}

/** Whether `If-None-Match` names the tag, or any (RFC 9110 §13.1.2); the comparison is weak. */
export function isKnown(header: string | null, tag: string): boolean {
  return tagsOf(header).some((one) => one === "*" || one.replace(/^W\//, "") === tag);
}

/** Whether `If-Match` names the tag, or any (RFC 9110 §13.1.1); the comparison is strong. */
export function isMatch(header: string, tag: string): boolean {
  return tagsOf(header).some((one) => one === "*" || one === tag);
}

function tagsOf(header: string | null): string[] {
  return header?.split(",").map((one) => one.trim()) ?? [];
}
