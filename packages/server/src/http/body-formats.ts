import { OAuthError } from "../errors/oauth-error.ts";

/** Parameters in the order sent, including repeated ones. */
export type Pairs = Iterable<readonly [name: string, value: string]>;

/** Parameters of a request, repeated ones included: far more than any has. PHP reads no more either (`max_input_vars`). */
export const MAX_PARAMETERS = 1000;

/**
 * Parses multipart/form-data (https://fetch.spec.whatwg.org/#body-mixin).
 *
 * @throws OAuthError `invalid_request` for a malformed body, and for a file among the fields
 */
export async function parseMultipart(body: string, contentType: string): Promise<Pairs> {
  let form: FormData;
  try {
    form = await new Response(body, { headers: { "content-type": contentType } }).formData();
  } catch {
    throw malformed("multipart");
  }
  return [...form].map(([name, value]): [string, string] => {
    if (typeof value !== "string") throw malformed("a file where fields were expected");
    return [name, value];
  });
}

/**
 * Parses a flat JSON object of strings. RFC 6749 defines no JSON requests, but many clients send them; `null` is a
 * parameter without a value, as some serializers write it.
 *
 * @throws OAuthError `invalid_request` for anything else
 */
export function parseJson(body: string): Pairs {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw malformed("JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed("not an object");
  const pairs = Object.entries(value).map(([name, member]): [string, string] => {
    if (member === null) return [name, ""];
    if (typeof member !== "string") throw malformed("a member that is not a string");
    return [name, member];
  });
  // JSON.parse keeps the last of two equal names, so more members in the text than in the object are repeated ones.
  return countMembers(body) === pairs.length ? pairs : [...pairs, ...pairs];
}

/** How many members the text of a flat JSON object has: one for each colon outside a string. */
function countMembers(json: string): number {
  let members = 0;
  let isInString = false;
  for (let at = 0; at < json.length; at += 1) {
    const character = json.charAt(at);
    if (character === "\\") at += 1;
    else if (character === '"') isInString = !isInString;
    else if (character === ":" && !isInString) members += 1;
  }
  return members;
}

/**
 * Makes the error of a body that does not have the form of its content type.
 *
 * @param what fixed text for the log; it must not quote the body, which may contain secrets
 */
export function malformed(what: string): OAuthError {
  return new OAuthError("malformed_body", { detail: what });
}
