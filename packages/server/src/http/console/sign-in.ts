import { linkPage, refusalPage, signInPage } from "@regrant/console";
import { OAuthError } from "../../errors/oauth-error.ts";
import { redirectResponse } from "../interaction/page-responses.ts";
import { readParameters, readQuery } from "../request.ts";
import type { IncomingRequest } from "../request.ts";
import type { Result } from "../serve.ts";
import { consoleResponse } from "./context.ts";
import type { ConsoleContext } from "./context.ts";
import { endSession, formTokenOf, requireOwnForm, signInByLink, signInByPassword } from "./session.ts";
import type { Caller } from "./session.ts";

/** A path below the console to go on at: nothing that leads elsewhere. */
const PATH = /^\/[\w./?=&%~-]{0,500}$/;

type Handler = (context: ConsoleContext, incoming: IncomingRequest, caller: Caller) => Promise<Result>;

/** The requests that need no session, and the one that ends it. */
export const SIGN_IN: readonly [method: "GET" | "POST", path: string, handler: Handler][] = [
  ["GET", "/sign-in", showSignIn],
  ["POST", "/sign-in", submitSignIn],
  ["GET", "/link", showLink],
  ["POST", "/link", submitLink],
  ["POST", "/sign-out", submitSignOut],
];

async function showSignIn(
  context: ConsoleContext,
  { request }: IncomingRequest,
  caller: Caller,
): Promise<Result> {
  const to = pathOf(readQuery(request.url).get("to"));
  if (caller.operator !== undefined) return ["done", redirectResponse(context.frame.base + to)];
  return ["sign_in", await signInAgain(context, caller, { to, username: "" })];
}

async function submitSignIn(
  context: ConsoleContext,
  { request, address }: IncomingRequest,
  caller: Caller,
): Promise<Result> {
  const form = await readParameters(request);
  const username = form.get("username") ?? "";
  const password = form.get("password") ?? "";
  const to = pathOf(form.get("to"));
  try {
    requireOwnForm(context, caller, request, form.get("form_token"));
    if (username.trim() === "" || password === "") throw new OAuthError("credentials_missing");
    const signedIn = await signInByPassword(context, { username, password, address: address() }, caller);
    return ["signed_in", redirectResponse(context.frame.base + to, [context.cookie.set(signedIn.value)])];
  } catch (error) {
    if (!(error instanceof OAuthError) || error.causeName === "cross_site_form") throw error;
    return [error, await signInAgain(context, caller, { to, username }, error)];
  }
}

function signInAgain(
  context: ConsoleContext,
  caller: Caller,
  typed: { to: string; username: string },
  error?: OAuthError,
): Promise<Response> {
  const fault = error === undefined ? null : faultText(error);
  const page = signInPage(context.frame, { ...typed, formToken: formTokenOf(context, caller), fault });
  return consoleResponse(context, page, {
    cookies: cookiesOf(context, caller),
    ...(error && { status: error.status, retryAfter: error.retryAfter }),
  });
}

async function showLink(
  context: ConsoleContext,
  _incoming: IncomingRequest,
  caller: Caller,
): Promise<Result> {
  const page = linkPage(context.frame, { formToken: formTokenOf(context, caller), fault: null });
  return ["shown", await consoleResponse(context, page, { cookies: cookiesOf(context, caller) })];
}

async function submitLink(
  context: ConsoleContext,
  { request }: IncomingRequest,
  caller: Caller,
): Promise<Result> {
  const form = await readParameters(request);
  try {
    requireOwnForm(context, caller, request, form.get("form_token"));
    const signedIn = await signInByLink(context, form.get("code")?.trim() ?? "", caller);
    return ["signed_in", redirectResponse(context.frame.base, [context.cookie.set(signedIn.value)])];
  } catch (error) {
    if (!(error instanceof OAuthError) || error.causeName === "cross_site_form") throw error;
    const view = { formToken: formTokenOf(context, caller), fault: faultText(error) };
    const options = { status: error.status, cookies: cookiesOf(context, caller) };
    return [error, await consoleResponse(context, linkPage(context.frame, view), options)];
  }
}

async function submitSignOut(
  context: ConsoleContext,
  { request }: IncomingRequest,
  caller: Caller,
): Promise<Result> {
  const form = await readParameters(request);
  requireOwnForm(context, caller, request, form.get("form_token"));
  await endSession(context, caller);
  return ["signed_out", redirectResponse(`${context.frame.base}/sign-in`, [context.cookie.clear()])];
}

/** A request without a session: a page leads to the sign-in, and back from there; a form is refused. */
export async function withoutSession(context: ConsoleContext, { request }: IncomingRequest): Promise<Result> {
  const { base } = context.frame;
  if (request.method === "GET") {
    const { pathname, search } = new URL(request.url);
    const to = pathname.startsWith(base) ? pathname.slice(base.length) + search : "";
    const query = to === "" ? "" : `?${new URLSearchParams({ to }).toString()}`;
    return ["sign_in", redirectResponse(`${base}/sign-in${query}`)];
  }
  const error = new OAuthError("console_signed_out");
  return [error, await refusalResponse(context, error)];
}

/** Shows what is thrown before there is an operator. */
export function refusalResponse(context: ConsoleContext, error: OAuthError): Promise<Response> {
  const { status, retryAfter, allow } = error;
  const page = refusalPage(context.frame, { title: "This did not work", message: faultText(error) });
  return consoleResponse(context, page, { status, retryAfter, allow });
}

function cookiesOf({ cookie }: ConsoleContext, { value, isNew }: Caller): string[] {
  return isNew ? [cookie.set(value)] : [];
}

function pathOf(to: string | undefined): string {
  return to !== undefined && PATH.test(to) && !to.startsWith("//") ? to : "";
}

/** What an operator is told. An unknown, a disabled and an ordinary account look like a wrong password. */
export function faultText({ causeName, status, retryAfter, description }: OAuthError): string {
  switch (causeName) {
    case "unknown_account":
    case "wrong_password":
    case "account_disabled":
    case "not_operator":
    case "credentials_too_long":
      return "The username or the password is wrong, or the account is not an operator.";
    case "credentials_missing":
      return "Enter the username and the password.";
    case "form_expired":
      return "The page was open for too long, or cookies are blocked. Try again.";
    case "cross_site_form":
      return "Another site sent this form. Nothing was done.";
    default:
      if (status === 429)
        return `There were too many failed attempts. Try again in ${retryAfter ?? 60} seconds.`;
      return status >= 500
        ? "The service has a problem. Try again later; its log has the cause."
        : description;
  }
}
