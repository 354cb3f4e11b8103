import type { IncomingMessage, ServerResponse } from "node:http";
import { pause } from "./contract-case.ts";
import type { TokenFamilies } from "./token-families.ts";
import { FAULTS, json } from "./faults.ts";
import type { Fault, FaultKind } from "./faults.ts";

/** A refresh that the server received. Instants are ms of a monotonic clock. */
export interface RecordedRefresh {
  /** Id of the presented token's family; undefined: the token is unknown. */
  readonly family: string | undefined;
  /** Generation of the presented token within its family: 0 at the login. */
  readonly generation: number | undefined;
  /** When the request had arrived. */
  readonly startedAt: number;
  /** When the response was sent or the connection closed; undefined: still open. */
  readonly endedAt: number | undefined;
  /**
   * `rotated`: new tokens; `retried`: within the retry window, the same again; `not_rotated`: the server does not rotate;
   * `not_committed`: a fault came before the token was spent; `unknown`, `revoked`, `reused`: refused.
   */
  readonly outcome:
    "rotated" | "retried" | "not_rotated" | "unknown" | "revoked" | "reused" | "not_committed";
  /** The fault that was injected; undefined: none. */
  readonly fault: Fault | undefined;
}

type MutableRefresh = { -readonly [K in keyof RecordedRefresh]: RecordedRefresh[K] };

/** Longest request body, characters. */
const MAX_BODY = 100_000;

/** The state of the token endpoint. */
export interface TokenEndpoint {
  readonly families: TokenFamilies;
  readonly refreshes: MutableRefresh[];
  /** ms */
  readonly latency: number;
  readonly nextFault: () => Fault | undefined;
}

/** Handles a refresh (RFC 6749 §6), correctly or with a fault, and records it. Any password request is a login. */
export async function handleTokenRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { families, refreshes, latency, nextFault }: TokenEndpoint,
): Promise<void> {
  const form = new URLSearchParams(await readBody(request));
  if (form.get("grant_type") === "password") return json(response, 200, JSON.stringify(families.login()));
  const token = form.get("refresh_token") ?? "";
  if (form.get("grant_type") !== "refresh_token" || token === "") {
    return json(response, 400, '{"error":"invalid_request"}');
  }
  const fault = nextFault();
  const refresh: MutableRefresh = {
    ...(families.find(token) ?? { family: undefined, generation: undefined }),
    startedAt: performance.now(),
    endedAt: undefined,
    outcome: "not_committed",
    fault,
  };
  refreshes.push(refresh);
  const end = () => (refresh.endedAt ??= performance.now());
  response.once("finish", end).once("close", end);

  await pause(latency / 2);
  const { commits, respond }: FaultKind = fault === undefined ? CORRECT : FAULTS[fault];
  const decision = commits ? families.refresh(token) : undefined;
  if (decision !== undefined) refresh.outcome = decision.outcome;
  await pause(latency / 2);
  if (decision === undefined || "response" in decision) {
    await respond(response, JSON.stringify(decision?.response));
  } else json(response, 400, '{"error":"invalid_grant"}');
  // A client may notice the closed connection, and retry, before the `close` event fires here.
  if (response.destroyed) end();
}

const CORRECT = {
  commits: true,
  respond: (response: ServerResponse, body: string) => json(response, 200, body),
};

async function readBody(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) {
    body += chunk as string;
    if (body.length > MAX_BODY) throw new Error("the request is too large");
  }
  return body;
}

/** Pairs of refreshes with one token of which the second began before the first had ended. */
export function overlaps(refreshes: readonly RecordedRefresh[]): [RecordedRefresh, RecordedRefresh][] {
  const earlier = new Map<string, RecordedRefresh[]>();
  return refreshes.flatMap((refresh) => {
    const token = `${refresh.family} ${refresh.generation}`;
    const before = earlier.get(token) ?? [];
    earlier.set(token, [...before, refresh]);
    const open = before.filter(({ endedAt }) => refresh.startedAt < (endedAt ?? Infinity));
    return open.map((other): [RecordedRefresh, RecordedRefresh] => [other, refresh]);
  });
}
