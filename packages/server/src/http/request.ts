import { readClientAssertion } from "../clients/authentication/client-assertion.ts";
import type { Credentials, EndpointRequest } from "../clients/endpoint-request.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { readAtMost } from "../limits/limited-text.ts";
import { malformed, MAX_PARAMETERS, parseJson, parseMultipart } from "./body-formats.ts";
import type { Pairs } from "./body-formats.ts";

const BASIC = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i;
/** Largest accepted body, bytes. */
export const MAX_BODY = 64 * 1024;

/** One HTTP request, as the router passes it to the pipeline. */
export interface IncomingRequest {
  request: Request;
  /** Value of a `:name` in the route's path. */
  pathParameter: (name: string) => string | undefined;
  /** Network address of the client; resolved only where it is needed. */
  address: () => string;
  /** The certificate that the client showed, if any; read only where it is needed. */
  certificate: EndpointRequest["certificate"];
}

/** The part of a wire format that reads requests. */
export interface RequestReader {
  readParameters: (request: Request) => Promise<ReadonlyMap<string, string>>;
  readCredentials: (authorization: string | null, parameters: ReadonlyMap<string, string>) => Credentials;
}

/**
 * Makes the endpoint's request from the HTTP request. No other code does.
 *
 * @param url the endpoint's public URL
 * @throws OAuthError as the functions of `reader`
 */
export async function readEndpointRequest(
  { request, address, certificate }: IncomingRequest,
  reader: RequestReader,
  url: string,
): Promise<EndpointRequest> {
  const parameters = await reader.readParameters(request);
  const { method, headers } = request;
  const credentials = reader.readCredentials(headers.get("authorization"), parameters);
  return { parameters, credentials, address, method, url, proof: headers.get("dpop"), certificate };
}

const PARSERS = new Map<string, (body: string, contentType: string) => Pairs | Promise<Pairs>>([
  ["application/x-www-form-urlencoded", parseForm],
  ["multipart/form-data", parseMultipart],
  ["application/json", parseJson],
]);

/**
 * Reads the parameters of a request's body, each once. RFC 6749 §3.2: a parameter without a value counts as omitted.
 *
 * @param repeated takes the names of repeated parameters, which are left out; without it they are an error
 * @throws OAuthError `invalid_request`: 413 above 64 KiB, 415 for another media type, 400 for a malformed body and for
 *   more than 1,000 parameters; or as `repetition`
 */
export async function readParameters(
  request: Request,
  repeated?: Set<string>,
): Promise<ReadonlyMap<string, string>> {
  refuseSecretsInUrl(request.url);
  const contentType = request.headers.get("content-type") ?? "";
  const parse = PARSERS.get(mediaType(contentType));
  const encoding = request.headers.get("content-encoding") ?? "identity";
  if (parse === undefined || encoding !== "identity") {
    throw new OAuthError("unsupported_body");
  }
  const body = await readBody(request);
  return onceEach(await parse(body, contentType), repeated);
}

/**
 * Reads the parameters of a URL, each once. RFC 6749 §3.1: a parameter without a value counts as omitted.
 *
 * @param repeated as for `readParameters`
 * @throws OAuthError `invalid_request` for more than 1,000 parameters or a secret; or as `repetition`
 */
export function readQuery(url: string, repeated?: Set<string>): ReadonlyMap<string, string> {
  refuseSecretsInUrl(url);
  return onceEach(new URL(url).searchParams, repeated);
}

function onceEach(pairs: Pairs, repeated?: Set<string>): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  const seen = new Set<string>();
  const again = repeated ?? new Set<string>();
  for (const [name, value] of pairs) {
    if (seen.size === MAX_PARAMETERS) throw new OAuthError("too_many_parameters");
    if (seen.has(name)) again.add(name);
    seen.add(name);
    if (value !== "") parameters.set(name, value);
  }
  if (again.size > 0 && repeated === undefined) throw repetition(again);
  for (const name of again) parameters.delete(name);
  return parameters;
}

/**
 * Makes the error of repeated parameters: `invalid_request`, since RFC 6749 §3.1 and §3.2 forbid them. RFC 8707 §2 allows
 * several `resource`, but an access token of this service has one audience: `invalid_target`.
 */
export function repetition(names: ReadonlySet<string>): OAuthError {
  const isResource = [...names].every((name) => name === "resource" || name === "audience");
  return new OAuthError(isResource ? "several_resources" : "parameter_repeated");
}

/** The media type of a `Content-Type`, in lower case and without its parameters (RFC 9110 §8.3.1). */
export function mediaType(contentType: string): string {
  const end = contentType.indexOf(";");
  return (end === -1 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

/** Parameters that let whoever reads them act for the client or a user. */
const SECRETS = [
  "client_secret",
  "refresh_token",
  "password",
  "token",
  "access_token",
  "client_assertion",
  "assertion",
  "subject_token",
  "actor_token",
];

/**
 * RFC 6749 §2.3.1: the parameters MUST NOT be included in the request URI. URLs end up in logs and browser histories.
 */
function refuseSecretsInUrl(url: string): void {
  const query = url.indexOf("?");
  if (query === -1) return;
  const names = new URLSearchParams(url.slice(query + 1));
  if (SECRETS.some((name) => names.has(name))) throw new OAuthError("secret_in_url");
}

/**
 * Reads the body as text.
 *
 * @throws OAuthError `invalid_request`: 413 above 64 KiB, 400 if it is not UTF-8 or the connection ended early
 */
export async function readBody(request: Request): Promise<string> {
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) > MAX_BODY) throw new OAuthError("body_too_large");
  let body: string | undefined;
  try {
    // The HTTP server ends the body at its length; a host that changes the body is caught below.
    body = length === null ? await readAtMost(request.body, MAX_BODY) : await request.text();
  } catch {
    throw malformed("the connection ended before the body did");
  }
  if (body === undefined || body.length > MAX_BODY) throw new OAuthError("body_too_large");
  if (body.includes("\ufffd")) throw malformed("not UTF-8");
  return body;
}

/** https://url.spec.whatwg.org/#urlencoded-parsing, but strict: a `%` without two hex digits is an error. */
function parseForm(body: string): Pairs {
  const pairs: [string, string][] = [];
  if (body === "") return pairs;
  for (const pair of body.split("&")) {
    const equals = pair.indexOf("=");
    const name = equals === -1 ? pair : pair.slice(0, equals);
    const value = equals === -1 ? "" : pair.slice(equals + 1);
    pairs.push([decodeForm(name), decodeForm(value)]);
  }
  return pairs;
}

/**
 * Decodes one name or value of a form, or of the Basic scheme (RFC 6749 appendix B).
 *
 * @throws OAuthError `invalid_request` if a `%` is not followed by two hex digits of UTF-8
 */
function decodeForm(encoded: string): string {
  try {
    const spaced = encoded.includes("+") ? encoded.replaceAll("+", " ") : encoded;
    return spaced.includes("%") ? decodeURIComponent(spaced) : spaced;
  } catch {
    throw malformed("percent-encoding");
  }
}

/**
 * Reads the client's credentials: `client_secret_basic`, `client_secret_post` or `none` (RFC 6749 §2.3.1), or
 * `private_key_jwt` (RFC 7523 §2.2). Another scheme in the header is ignored: some clients send their expired bearer
 * token along.
 *
 * @throws OAuthError `invalid_request` for two methods at once; `invalid_client` for an unreadable header or assertion
 */
export function readCredentials(
  authorization: string | null,
  parameters: ReadonlyMap<string, string>,
): Credentials {
  const clientId = parameters.get("client_id");
  const secret = parameters.get("client_secret");
  const isAsserted = parameters.has("client_assertion") || parameters.has("client_assertion_type");
  if (authorization !== null && /^basic\b/i.test(authorization)) {
    if (isAsserted) throw new OAuthError("two_authentication_methods");
    return readBasic(authorization, clientId, secret);
  }
  if (isAsserted) {
    if (secret !== undefined) throw new OAuthError("two_authentication_methods");
    const [type, jws] = [parameters.get("client_assertion_type"), parameters.get("client_assertion")];
    return { method: "private_key_jwt", ...readClientAssertion(type, jws, clientId) };
  }
  return secret === undefined
    ? { method: "none", clientId }
    : { method: "client_secret_post", clientId, secret };
}

/** RFC 6749 §2.3.1: id and secret are form-encoded, then joined by RFC 7617. An empty secret counts as omitted. */
function readBasic(
  authorization: string,
  bodyId: string | undefined,
  bodySecret: string | undefined,
): Credentials {
  const encoded = BASIC.exec(authorization)?.[1] ?? "";
  const pair = Buffer.from(encoded, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  if (colon === -1 || pair.includes("\ufffd")) throw new OAuthError("malformed_basic");
  let clientId: string;
  let secret: string;
  try {
    clientId = decodeForm(pair.slice(0, colon));
    secret = decodeForm(pair.slice(colon + 1));
  } catch {
    throw new OAuthError("malformed_basic");
  }
  // RFC 6749 §2.3: the client MUST NOT use more than one authentication method in each request.
  if (bodySecret !== undefined || (bodyId !== undefined && bodyId !== clientId)) {
    throw new OAuthError("two_authentication_methods");
  }
  return secret === ""
    ? { method: "none", clientId, scheme: "Basic" }
    : { method: "client_secret_basic", clientId, secret, scheme: "Basic" };
}
