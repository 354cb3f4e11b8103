import { faultScreen } from "@regrant/console";
import { AdminError } from "../../admin/admin-error.ts";
import type { AdminErrorCode } from "../../admin/admin-error.ts";
import { CONSOLE_PATH } from "../../admin/console-link.ts";
import { readQuery } from "../request.ts";
import type { IncomingRequest } from "../request.ts";
import { toOAuthError } from "../responses.ts";
import type { Labels, Result, Route } from "../serve.ts";
import { act, ACTIONS } from "./actions/table.ts";
import { consoleContext } from "./context.ts";
import type { ConsoleContext, ConsoleParts } from "./context.ts";
import { DOWNLOADS } from "./events.ts";
import { PAGES } from "./pages.ts";
import { explainPasted, search } from "./search.ts";
import { loadCaller } from "./session.ts";
import type { Operator, Caller } from "./session.ts";
import { refusalResponse, SIGN_IN, withoutSession } from "./sign-in.ts";
import { answerRequest, operatorRequest, sentence } from "./operator-request.ts";
import type { Answer, OperatorRequest } from "./operator-request.ts";

interface ConsoleInput extends Labels {
  incoming: IncomingRequest;
  caller: Caller;
}

/** Carries out a request of an operator; the request may be of a new session afterwards. */
type Work = (request: OperatorRequest) => Promise<{ request: OperatorRequest; answer: Answer }>;

/** The console: pages and actions for operators, and their sign-in. */
export function consoleRoutes(parts: ConsoleParts): Route<ConsoleInput>[] {
  const context = consoleContext(parts);
  const route = (
    method: "GET" | "POST",
    path: string,
    run: (incoming: IncomingRequest, caller: Caller) => Promise<Result>,
  ): Route<ConsoleInput> => ({
    name: "console",
    method,
    path: CONSOLE_PATH + path,
    cors: false,
    read: async (incoming) => ({ incoming, caller: await loadCaller(context, incoming.request.headers) }),
    run: ({ incoming, caller }) => run(incoming, caller),
    errorResponse: (error) => refusalResponse(context, error),
  });
  const forOperators = (method: "GET" | "POST", path: string, work: Work) =>
    route(method, path, (incoming, { operator, ...caller }) =>
      operator === undefined
        ? withoutSession(context, incoming)
        : answer(context, incoming, { ...caller, operator }, work),
    );
  const simply =
    (handler: (request: OperatorRequest) => Promise<Answer>): Work =>
    async (request) => ({ request, answer: await handler(request) });
  return [
    ...SIGN_IN.map(([method, path, handler]) =>
      route(method, path, (incoming, caller) => handler(context, incoming, caller)),
    ),
    // The router takes the first that fits: a literal segment goes before a parameter.
    ...ACTIONS.map((action) => forOperators("POST", action.path, (request) => act(request, action))),
    ...Object.entries({ ...DOWNLOADS, ...PAGES }).map(([path, handler]) =>
      forOperators("GET", path, simply(handler)),
    ),
    forOperators("POST", "/search", simply(search)),
    forOperators("POST", "/explain", simply(explainPasted)),
  ];
}

/** Runs an operator's request; what an operation refuses is a page of the console too. */
async function answer(
  context: ConsoleContext,
  incoming: IncomingRequest,
  caller: Caller & { operator: Operator },
  work: Work,
): Promise<Result> {
  const request = operatorRequest(context, incoming, caller, readQuery(incoming.request.url));
  try {
    const done = await work(request);
    return await answerRequest(done.request, done.answer);
  } catch (error) {
    if (!(error instanceof AdminError)) throw toOAuthError(error);
    return answerRequest(request, { screen: faultOf(error), status: STATUS[error.code] });
  }
}

const STATUS: Record<AdminErrorCode, number> = {
  not_found: 404,
  invalid: 400,
  conflict: 409,
  precondition_failed: 412,
  not_allowed: 409,
};

function faultOf({ code, message, violations, hint }: AdminError) {
  const details = violations.map((violation) => violation.message).filter((text) => text !== message);
  const text = [message, ...details].map(sentence).join(" ");
  return faultScreen({
    title: code === "not_found" ? "Not found" : "This did not work",
    message: text,
    hint,
  });
}
