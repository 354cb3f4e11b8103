import type { IncomingMessage, ServerResponse } from "node:http";
import { pause } from "./cases.ts";
import type { Families } from "./families.ts";
import { FAULTS, json } from "./faults.ts";
import type { Fault, FaultKind } from "./faults.ts";

/** One refresh token that was presented. Instants are ms of a monotonic clock. */
export interface Spend {
  readonly family: string | undefined;
  /** Of the presented token within its family: 0 is the login's. */
  readonly generation: number | undefined;
  readonly startedAt: number;
  /** When the answer was sent, or the connection was gone; undefined: still open. */
  readonly endedAt: number | undefined;
  readonly outcome: "rotated" | "replayed" | "kept" | "reused" | "ended" | "unknown" | "not_committed";
  readonly fault: Fault | undefined;
}

type MutableSpend = { -readonly [K in keyof Spend]: Spend[K] };

/** Longest request that is read, characters. */
const MAX_BODY = 100_000;

/** What the token endpoint works with. */
export interface TokenEndpoint {
  readonly families: Families;
  readonly spends: MutableSpend[];
  readonly latency: number;
  readonly nextFault: () => Fault | undefined;
}

/** Answers a refresh (RFC 6749 §6), as it should be or with a fault, and records it; the password grant gives a login. */
export async function answerToken(
  request: IncomingMessage,
  response: ServerResponse,
  { families, spends, latency, nextFault }: TokenEndpoint,
): Promise<void> {
  const form = new URLSearchParams(await readBody(request));
  if (form.get("grant_type") === "password") return json(response, 200, JSON.stringify(families.login()));
  const token = form.get("refresh_token") ?? "";
  if (form.get("grant_type") !== "refresh_token" || token === "") {
    return json(response, 400, '{"error":"invalid_request"}');
  }
  const fault = nextFault();
  const spend: MutableSpend = {
    ...(families.find(token) ?? { family: undefined, generation: undefined }),
    startedAt: performance.now(),
    endedAt: undefined,
    outcome: "not_committed",
    fault,
  };
  spends.push(spend);
  const end = () => (spend.endedAt ??= performance.now());
  response.once("finish", end).once("close", end);

  await pause(latency / 2);
  const { commits, answer }: FaultKind = fault === undefined ? GOOD : FAULTS[fault];
  const decision = commits ? families.spend(token) : undefined;
  if (decision !== undefined) spend.outcome = decision.outcome;
  await pause(latency / 2);
  if (decision === undefined || "answer" in decision) {
    await answer(response, JSON.stringify(decision?.answer));
  } else json(response, 400, '{"error":"invalid_grant"}');
  // A client may learn that its connection was cut, and ask again, before `close` tells it here.
  if (response.destroyed) end();
}

const GOOD = {
  commits: true,
  answer: (response: ServerResponse, body: string) => json(response, 200, body),
};

async function readBody(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) {
    body += chunk as string;
    if (body.length > MAX_BODY) throw new Error("the request is too long");
  }
  return body;
}

/** Pairs of spends of one token of which the second began before the first had ended. */
export function overlaps(spends: readonly Spend[]): [Spend, Spend][] {
  const earlier = new Map<string, Spend[]>();
  return spends.flatMap((spend) => {
    const token = `${spend.family} ${spend.generation}`;
    const before = earlier.get(token) ?? [];
    earlier.set(token, [...before, spend]);
    const open = before.filter(({ endedAt }) => spend.startedAt < (endedAt ?? Infinity));
    return open.map((other): [Spend, Spend] => [other, spend]);
  });
}
