import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { takesIdempotencyKey } from "../../admin-api/operation.ts";
import type { Operation, OperationRequest } from "../../admin-api/operation.ts";
import { ADMIN_PATH } from "../../admin-api/paths.ts";
import { VERSION } from "../../config/version.ts";
import { CliError } from "../cli-error.ts";
import { proxyFetch } from "../logins/proxy-fetch.ts";
import { explainNetworkErrors } from "../logins/terminal-text.ts";
import type { Credentials } from "./credentials.ts";
import { errorOf, noAdminApi } from "./problem.ts";

/** A service that is administered over HTTP. */
export interface Remote {
  /** Without a slash at its end. */
  server: string;
  credentials: Credentials;
}

/** A response, read to its end. */
export interface Answer {
  body: unknown;
  /** Its `Date`, ms: the server's clock, to the second; null: it has none. */
  date: number | null;
}

/** How long nothing may come, ms. A long operation sends a line feed every 10 s. */
const SILENCE = 30_000;
/** Pauses before a request is sent again, ms. */
const PAUSES = [500, 2000];

/**
 * Sends an operation of the admin API. A request that may be repeated is sent again after a lost connection or a 503: what
 * changes something has the same idempotency key each time, so that it is carried out once. A deletion and what takes long
 * are sent once.
 *
 * @throws CliError the server refuses it; exit code 75: it does not respond
 */
export async function send(remote: Remote, operation: Operation, request: OperationRequest): Promise<Answer> {
  const { server, credentials } = remote;
  const headers: Record<string, string> = {
    Accept: "application/json",
    "User-Agent": `regrant/${VERSION}`,
    ...(takesIdempotencyKey(operation) && { "Idempotency-Key": randomUUID() }),
    ...(request.body !== undefined && { "Content-Type": "application/json" }),
  };
  const url = urlOf(server, operation, request);
  const body = request.body === undefined ? null : JSON.stringify(request.body);
  const isRepeatable =
    operation.method === "GET" || operation.method === "PATCH" || takesIdempotencyKey(operation);
  let isRefused = false;
  for (let attempt = 0; ; attempt += 1) {
    headers["Authorization"] = `Bearer ${await credentials.token(isRefused)}`;
    const again = isRepeatable ? PAUSES[attempt] : undefined;
    const result = await attemptOnce(url, { method: operation.method, headers, body }).catch(
      (error: unknown) => {
        if (again === undefined) throw unreachable(server, error, isRepeatable);
        return undefined;
      },
    );
    if (result?.response.ok) return answerOf(result, server);
    if (result?.response.status === 401 && !isRefused) {
      isRefused = true;
      continue;
    }
    if (result !== undefined && (again === undefined || !isPassing(result.response))) {
      throw errorOf(result.response, result.text, { server, tokenHint: credentials.hint });
    }
    await pause(again);
  }
}

/** Whether a response is for now only: the server is busy, or still at the request that is sent again. */
function isPassing({ status, headers }: Response): boolean {
  return status === 503 || (status === 409 && headers.has("retry-after"));
}

interface Result {
  response: Response;
  text: string;
}

/** Sends one request and reads its response. A redirect is an error: the token is for this server alone. */
async function attemptOnce(url: string, init: RequestInit): Promise<Result> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException("", "TimeoutError")), SILENCE);
  try {
    const response = await proxyFetch(url, { ...init, redirect: "manual", signal: controller.signal });
    let text = "";
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += part;
      timer.refresh();
    }
    return { response, text };
  } finally {
    clearTimeout(timer);
  }
}

function answerOf({ response, text }: Result, server: string): Answer {
  const date = Date.parse(response.headers.get("date") ?? "");
  const at = Number.isNaN(date) ? null : date;
  if (response.status === 204) return { body: undefined, date: at };
  try {
    return { body: JSON.parse(text), date: at };
  } catch {
    // A long operation that failed has sent its status before: the response ends without JSON.
    if (/^\s*$/.test(text))
      throw new CliError(`${server} did not finish it`, "run the command again for the rest", 75);
    throw noAdminApi(server, response.status);
  }
}

function urlOf(server: string, { path }: Operation, request: OperationRequest): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(request.path[name] ?? ""),
  );
  const query = new URLSearchParams(request.query).toString();
  return `${server}${ADMIN_PATH}${filled}${query === "" ? "" : `?${query}`}`;
}

/** @param isRepeatable false: the request may have been carried out */
function unreachable(server: string, error: unknown, isRepeatable: boolean): CliError {
  const hint = isRepeatable
    ? "check the URL, or try again later"
    : "it may have been carried out: look before you try again";
  return new CliError(`${server}: ${explainNetworkErrors(codeOf(error), server)}`, hint, 75);
}

/** The code of a network error, which `fetch` has in its cause. */
function codeOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code, name } = at as NodeJS.ErrnoException;
    if (typeof code === "string") return code;
    if (name === "TimeoutError") return name;
  }
  return error instanceof Error ? error.name : "TypeError";
}
