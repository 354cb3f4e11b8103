import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { isIP } from "node:net";
import { runFrom } from "../request-source.ts";
import type { RequestSource } from "../request-source.ts";

/** The pipeline of all routes, as the router makes it. */
type Fetch = (request: Request, env?: object) => Response | Promise<Response>;

/** Longest user agent that is kept, characters. */
const MAX_USER_AGENT = 200;
/** C0, DEL and C1: Node decodes header fields as Latin-1, so bytes that are no UTF-8 are characters like others. */
const CONTROL = /\p{Cc}/gu;
/** A refresh, device, registration or management token of ours, or a JWT, also one that is cut. */
const TOKEN = /rg[a-z]_[\w-]*|eyJ[\w-]+\.[\w.-]*/g;
const TOKEN_PLACE = "[token]";

/** UUIDs, hexadecimal ids and those of the usual proxies. Not a token, whose letters and digits would fit. */
const REQUEST_ID = /^(?!rg[a-z]_|eyJ)[A-Za-z0-9][\w.:=+/-]{0,127}$/;
/** W3C Trace Context §3.2: neither id may be all zeros, and version ff is none. */
const TRACE_PARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

/** What a source is made of. */
interface SourceOptions {
  clientAddress: (request: Request, env: unknown) => string;
  /** false: addresses and user agents are not kept. */
  keepsAddresses: boolean;
}

/** Makes every request of a service run from its source, and puts its id into the response. */
export function withSource(fetch: Fetch, { clientAddress, keepsAddresses }: SourceOptions): Fetch {
  return (request, env = {}) => {
    const address = keepsAddresses ? clientAddress(request, env) : undefined;
    const source = sourceOf(request.headers, address);
    const { outgoing } = env as { outgoing?: ServerResponse };
    if (outgoing === undefined) return respondFrom(source, fetch, request, env);
    // A response whose `Headers` are asked for takes a detour through them, which costs more than all of this.
    outgoing.setHeader("X-Request-Id", source.requestId);
    return runFrom(source, fetch, request, env);
  };
}

/** @param address undefined: neither it nor the user agent is kept; what is not an IP address is not kept either */
function sourceOf(headers: Headers, address: string | undefined): RequestSource {
  const requestId = requestIdOf(headers);
  if (address === undefined) return { address, userAgent: undefined, requestId };
  const userAgent = cleanUserAgent(headers.get("user-agent"));
  return { address: isIP(address) === 0 ? undefined : address, userAgent, requestId };
}

/** The request that a program works for, as it knows it: of another server, or a job of its own. */
export interface GivenSource {
  /** IP address of who asked; any other text is not kept. */
  address?: string | undefined;
  /** What the asking program says it is. */
  userAgent?: string | undefined;
  /** Identifies the request in the program's own logs; by default a new one. */
  requestId?: string | undefined;
}

/** Makes a source of what a program says, by the same rules as of a request. */
export function givenSource(given: GivenSource, keepsAddresses: boolean): RequestSource {
  const { address, userAgent, requestId } = keepsAddresses ? given : { requestId: given.requestId };
  return {
    address: address === undefined || isIP(address) === 0 ? undefined : address,
    userAgent: cleanUserAgent(userAgent ?? null),
    requestId: requestId !== undefined && REQUEST_ID.test(requestId) ? requestId : randomUUID(),
  };
}

/** The proxy's id of the request, else its trace's, else a new one. What does not look like an id is not repeated. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  if (given !== null && REQUEST_ID.test(given)) return given;
  return TRACE_PARENT.exec(headers.get("traceparent") ?? "")?.[1] ?? randomUUID();
}

/** A user agent to keep: cut, without control characters and without what looks like a token. */
export function cleanUserAgent(value: string | null): string | undefined {
  const kept = value?.slice(0, MAX_USER_AGENT).replace(CONTROL, "").replace(TOKEN, TOKEN_PLACE);
  return kept === "" ? undefined : kept;
}

/** Makes a response from a source, with its request id. */
export async function respondFrom<A extends unknown[]>(
  source: RequestSource,
  respond: (...args: A) => Response | Promise<Response>,
  ...args: A
): Promise<Response> {
  const response = await runFrom(source, respond, ...args);
  response.headers.set("X-Request-Id", source.requestId);
  return response;
}
