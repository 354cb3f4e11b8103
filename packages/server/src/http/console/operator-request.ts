import { renderScreen } from "@regrant/console";
import type { Screen, Shell } from "@regrant/console";
import { redirectResponse } from "../interaction/page-responses.ts";
import type { IncomingRequest } from "../request.ts";
import type { Result } from "../serve.ts";
import type { ConsoleContext } from "./context.ts";
import { consoleResponse } from "./context.ts";
import { NOTICES } from "./notices.ts";
import type { Notice } from "./notices.ts";
import { formTokenOf } from "./session.ts";
import type { Operator, Caller } from "./session.ts";

/** One request of a signed-in operator. */
export interface OperatorRequest {
  context: ConsoleContext;
  incoming: IncomingRequest;
  caller: Caller & { operator: Operator };
  shell: Shell;
  query: ReadonlyMap<string, string>;
  /** `{ actor }`, for the operations of administration. */
  by: { actor: string };
}

/** A parameter that a page or an action reads. */
export type Values = ReadonlyMap<string, string>;

/** What a request is answered with: a page, a redirect to one, or something to download. */
export type Answer =
  { screen: Screen; status?: number } | { to: string; notice?: Notice | undefined } | { response: Response };

/** Handles one request of an operator. @throws AdminError, OAuthError: shown as a page */
export type Handler = (request: OperatorRequest) => Promise<Answer>;

/** What the pages and actions get of a request whose sender is an operator. */
export function operatorRequest(
  context: ConsoleContext,
  incoming: IncomingRequest,
  caller: Caller & { operator: Operator },
  query: Values,
): OperatorRequest {
  const { username, actor } = caller.operator;
  const shell: Shell = {
    ...context.frame,
    operator: username,
    formToken: formTokenOf(context, caller),
    now: context.deps.store.now(),
    notice: noticeOf(query.get("done")),
  };
  return { context, incoming, caller, shell, query, by: { actor } };
}

/** A notice is named in the URL and its text is ours, so that no link can put words into the page. */
function noticeOf(name: string | undefined): string | null {
  return name !== undefined && Object.hasOwn(NOTICES, name) ? NOTICES[name as Notice] : null;
}

/** Makes the response. A session that began with this request gets its cookie. */
export async function answerRequest(request: OperatorRequest, answer: Answer): Promise<Result> {
  const { context, shell, caller } = request;
  const cookies = caller.isNew ? [context.cookie.set(caller.value)] : [];
  if ("response" in answer) return ["sent", answer.response];
  if ("to" in answer) {
    const { to, notice } = answer;
    const mark = notice === undefined ? "" : `${to.includes("?") ? "&" : "?"}done=${notice}`;
    return ["done", redirectResponse(`${shell.base}${to}${mark}`, cookies)];
  }
  const { screen, status = 200 } = answer;
  return ["shown", await consoleResponse(context, renderScreen(shell, screen), { status, cookies })];
}

/** A message of an operation, which begins in lower case, as a sentence. */
export function sentence(message: string): string {
  const text = `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** The members of a map that are given, for pages whose query is a filter. */
export function pick<Name extends string>(values: Values, names: readonly Name[]): { [N in Name]?: string } {
  const given = names.flatMap((name) => {
    const value = values.get(name)?.trim();
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given) as { [N in Name]?: string };
}
