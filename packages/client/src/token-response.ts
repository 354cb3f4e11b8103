import type { TokenResponse } from "./wire-format.ts";

/** Tab and printable characters of ISO 8859-1: what `fetch` can send in a header. */
const HEADER = /^[\t -~\x80-\xff]+$/;

/**
 * A response's members: JSON, or the form that some servers send instead; of an error, its plain text as `message`. None of a
 * page of HTML, or of a response that was cut off.
 */
export function parseMembers(text: string, isError: boolean): Record<string, unknown> {
  // Also trims a byte order mark.
  const trimmed = text.trim();
  try {
    return Object(JSON.parse(trimmed)) as Record<string, unknown>;
  } catch {
    if (/^\w+=/.test(trimmed)) return Object.fromEntries(new URLSearchParams(trimmed));
    return isError && /^\w/.test(trimmed) ? { message: trimmed } : {};
  }
}

/**
 * The token response in `body`, or in one of its members, as some servers wrap it. Only an access token that can be sent
 * in a header is required (RFC 6749 §5.1): any other member of the wrong type counts as missing, since the refresh token
 * is spent.
 */
export function tokenResponse(body: Record<string, unknown>): TokenResponse | undefined {
  // An error may repeat a token that it is about.
  for (const members of [body, ...(body["error"] ? [] : Object.values(body))]) {
    const { access_token, token_type, refresh_token, scope, ...others } = Object(members) as TokenResponse;
    const token = textOf(access_token);
    if (HEADER.test(token)) {
      return {
        ...others,
        access_token: token,
        token_type: textOf(token_type) || undefined,
        refresh_token: textOf(refresh_token) ? refresh_token : undefined,
        scope: textOf(Array.isArray(scope) ? scope.join(" ") : scope) || undefined,
      };
    }
  }
  return undefined;
}

/** Trimmed; empty: not a text. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}
