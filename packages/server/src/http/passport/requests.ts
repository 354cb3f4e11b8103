import type { Credentials } from "../../clients/endpoint-request.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { MAX_PARAMETERS, parseMultipart } from "../body-formats.ts";
import type { Pairs } from "../body-formats.ts";
import { mediaType, readBody } from "../request.ts";

/** Passport versions with the same wire format: 8 to 12 (league/oauth2-server 8), or 13 (league/oauth2-server 9). */
export type PassportFamily = "passport-8" | "passport-13";

/** Parameters that Laravel's middleware TrimStrings leaves as they are. */
const UNTRIMMED: ReadonlySet<string> = new Set(["password", "password_confirmation", "current_password"]);
/** The characters that PHP's `trim` removes. */
const MARGIN = " \t\n\r\0\v";

/**
 * Reads the parameters of a request's body as Laravel does: trimmed, empty ones omitted, the last of repeated ones.
 * Numbers in JSON count as text. The URL is not read. A body of another media type has no parameters.
 *
 * @throws OAuthError `invalid_request` for an array instead of text (but for `scope` in Passport 8), for more than
 *   1,000 parameters, and for a body that is not UTF-8 or larger than 64 KiB
 */
export async function readPassportParameters(
  request: Request,
  family: PassportFamily,
): Promise<ReadonlyMap<string, string>> {
  const contentType = request.headers.get("content-type") ?? "";
  const body = await readBody(request);
  const parameters = new Map<string, string>();
  const lists = new Map<string, string[]>();
  let count = 0;
  for (const [written, value] of await parse(body, contentType)) {
    count += 1;
    if (count > MAX_PARAMETERS) throw new OAuthError("too_many_parameters");
    const bracket = written.indexOf("[");
    const name = bracket === -1 ? written : written.slice(0, bracket);
    parameters.delete(name);
    if (bracket !== -1) {
      const list = lists.get(name) ?? [];
      list.push(value);
      lists.set(name, list);
      continue;
    }
    lists.delete(name);
    const text = UNTRIMMED.has(name) ? value : trim(value);
    if (text !== "") parameters.set(name, text);
  }
  const scopes = lists.get("scope");
  if (family === "passport-8" && scopes !== undefined) {
    lists.delete("scope");
    parameters.set("scope", scopes.join(" "));
  }
  // Passport treats an array as a missing grant type.
  lists.delete("grant_type");
  for (const name of READ)
    if (lists.has(name)) throw new OAuthError("parameter_is_array", { parameter: name });
  return parameters;
}

/** As PHP's `trim`. A regular expression for the end would be tried from every blank in the text. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && MARGIN.includes(text.charAt(start))) start += 1;
  while (end > start && MARGIN.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** The parameters that Passport reads, in its order: the first array among them is the one that the error names. */
const READ = ["client_id", "client_secret", "refresh_token", "username", "password", "scope"];

async function parse(body: string, contentType: string): Promise<Pairs> {
  const type = mediaType(contentType);
  if (type === "multipart/form-data") return parseMultipart(body, contentType);
  if (type === "application/x-www-form-urlencoded") return new URLSearchParams(body);
  return /[/+]json$/.test(type) ? parseJson(body) : [];
}

/**
 * Parses JSON leniently: anything but an object has no parameters. Arrays and objects become names as in a form:
 * `scope[]`.
 */
function parseJson(body: string): Pairs {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return [];
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, member]): [string, string][] => {
    if (typeof member === "string" || typeof member === "number") return [[name, String(member)]];
    if (member === null) return [];
    const members = Array.isArray(member) ? member : [""];
    return members.map((each) => [`${name}[]`, typeof each === "string" ? each : ""]);
  });
}

/**
 * Reads the client's credentials as league/oauth2-server does: the body wins over the header, field by field. The
 * header is not form-decoded, although RFC 6749 §2.3.1 requires it, and a malformed one is ignored. So is a public
 * client's secret.
 */
export function readPassportCredentials(
  authorization: string | null,
  parameters: ReadonlyMap<string, string>,
  family: PassportFamily,
): Credentials {
  const [id, password] = readBasic(authorization ?? "", family);
  const posted = parameters.get("client_secret");
  const secret = posted ?? password;
  const shown = {
    clientId: parameters.get("client_id") ?? id,
    scheme: authorization === null ? undefined : ("Basic" as const),
  };
  if (secret === undefined) return { method: "none", ...shown };
  const method = posted === undefined ? "client_secret_basic" : "client_secret_post";
  return { method, secret, ignoredOfPublicClient: true, ...shown };
}

/**
 * league 8 accepts only the spelling `Basic`; league 9 compares the scheme without regard to case, as RFC 9110 §11.1.
 */
function readBasic(authorization: string, family: PassportFamily): [id?: string, password?: string] {
  const scheme = family === "passport-8" ? /^Basic (.*)$/ : /^basic (.*)$/i;
  const pair = Buffer.from(scheme.exec(authorization)?.[1] ?? "", "base64").toString("utf8");
  const colon = pair.indexOf(":");
  if (colon === -1 || pair.includes("\ufffd")) return [];
  const fields = [pair.slice(0, colon), pair.slice(colon + 1)].map((field) =>
    field === "" ? undefined : field,
  );
  return fields as [string?, string?];
}
