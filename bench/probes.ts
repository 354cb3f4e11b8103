import { setTimeout as pause } from "node:timers/promises";
import { Connection } from "./connection.ts";
import { addressOf, refreshRequest } from "./token-request.ts";
import type { TokenEndpoint } from "./token-request.ts";

/** What requests that race with one refresh token meet. */
export interface Race {
  /** How many got which status. */
  statuses: Record<string, number>;
  /** Different refresh tokens that were given out. */
  successors: number;
  /** Whether the holder of any successor can go on. */
  sessionLives: boolean;
}

/** What a refresh token meets that was used a moment ago and is presented once more. */
export interface Retry {
  status: number;
  /** The error code of a refusal. */
  error: string | undefined;
  /** Whether it got the refresh token that the first use had got. */
  sameSuccessor: boolean;
  /** Whether what its holder has now works. */
  sessionLives: boolean;
}

interface Answer {
  status: number;
  error: string | undefined;
  token: string | undefined;
}

export const RACERS = 8;

/** All requests are written at once, on connections that are open already. */
export async function race(endpoint: TokenEndpoint, token: string): Promise<Race> {
  const answers = await present(endpoint, token, RACERS);
  const successors = new Set(answers.flatMap((answer) => answer.token ?? []));
  let sessionLives = false;
  for (const successor of successors) {
    const [answer] = await present(endpoint, successor, 1);
    sessionLives ||= answer?.status === 200;
  }
  const statuses: Record<string, number> = {};
  for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1;
  return { statuses, successors: successors.size, sessionLives };
}

export async function retry(endpoint: TokenEndpoint, token: string): Promise<Retry> {
  const [first] = await present(endpoint, token, 1);
  const [second] = await present(endpoint, token, 1);
  const held = second?.token ?? first?.token;
  const [last] = held === undefined ? [] : await present(endpoint, held, 1);
  return {
    status: second?.status ?? 0,
    error: second?.error,
    sameSuccessor: second?.token !== undefined && second.token === first?.token,
    sessionLives: last?.status === 200,
  };
}

async function present(endpoint: TokenEndpoint, token: string, times: number): Promise<Answer[]> {
  const request = refreshRequest(endpoint)(token);
  const connections: Connection[] = [];
  const answers = Array.from(
    { length: times },
    () =>
      new Promise<Answer>((resolve, reject) => {
        const answered = (status: number, body: string) => resolve(readAnswer(status, body));
        connections.push(new Connection(addressOf(endpoint), answered, reject));
      }),
  );
  // Until all of them are open.
  await pause(50);
  for (const connection of connections) connection.send(request);
  try {
    return await Promise.all(answers);
  } finally {
    for (const connection of connections) connection.close();
  }
}

function readAnswer(status: number, body: string): Answer {
  let parsed: { error?: unknown; refresh_token?: unknown } = {};
  try {
    parsed = JSON.parse(body) as typeof parsed;
  } catch {
    // A server that fails may answer with anything.
  }
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return {
    status,
    error: text(parsed.error),
    token: status === 200 ? text(parsed.refresh_token) : undefined,
  };
}
