import { questionScreen } from "@regrant/console";
import { OAuthError } from "../../../errors/oauth-error.ts";
import { readParameters } from "../../request.ts";
import { isFresh, requireOwnForm, signInByPassword } from "../session.ts";
import { faultText } from "../sign-in.ts";
import { operatorRequest } from "../operator-request.ts";
import type { Answer, Values, OperatorRequest } from "../operator-request.ts";
import { ACCOUNT_ACTIONS } from "./accounts.ts";
import type { Action } from "./action.ts";
import { CLIENT_ACTIONS } from "./clients.ts";
import { GRANT_ACTIONS } from "./grants.ts";
import { KEY_ACTIONS } from "./keys.ts";
import { STREAM_ACTIONS } from "./streams.ts";
import { WEBHOOK_ACTIONS } from "./webhooks.ts";

/** Everything that an operator can do. */
export const ACTIONS: readonly Action[] = [
  ...GRANT_ACTIONS,
  ...CLIENT_ACTIONS,
  ...ACCOUNT_ACTIONS,
  ...KEY_ACTIONS,
  ...STREAM_ACTIONS,
  ...WEBHOOK_ACTIONS,
];

/** Members of a form that are not the action's. */
const OWN = new Set(["form_token", "confirmed", "password"]);

/**
 * Carries out a posted action, or asks again first. One that cannot be undone also needs a password that was proved not
 * long ago: the form that asks again has a field for it.
 *
 * @returns the request too, since a password that was proved begins a new session
 * @throws OAuthError `cross_site_form`, `form_expired`; AdminError
 */
export async function act(
  request: OperatorRequest,
  action: Action,
): Promise<{ request: OperatorRequest; answer: Answer }> {
  const { context, incoming, caller } = request;
  const form = await readParameters(incoming.request);
  requireOwnForm(context, caller, incoming.request, form.get("form_token"));
  if (action.ask === undefined || action.asksOf?.(form) === false) {
    return { request, answer: await action.run(request, form) };
  }
  const needsPassword = action.strong === true && !isFresh(context, caller.operator);
  const password = form.get("password");
  const askAgain = async (fault: string | null) => {
    const how = { asksPassword: needsPassword, fault };
    return { request, answer: await question(request, action, form, how) };
  };
  if (form.get("confirmed") !== "yes" || (needsPassword && password === undefined)) return askAgain(null);
  if (!needsPassword || password === undefined) return { request, answer: await action.run(request, form) };
  try {
    const { username } = caller.operator;
    const credentials = { username, password, address: incoming.address() };
    const signedIn = await signInByPassword(context, credentials, caller);
    const proved = operatorRequest(context, incoming, signedIn, request.query);
    return { request: proved, answer: await action.run(proved, form) };
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return askAgain(faultText(error));
  }
}

async function question(
  request: OperatorRequest,
  action: Action,
  form: Values,
  how: { asksPassword: boolean; fault: string | null },
): Promise<Answer> {
  if (action.ask === undefined) throw new TypeError("this action does not ask");
  const warning = await action.ask(request, form);
  const values = Object.fromEntries([...form].filter(([name]) => !OWN.has(name)));
  const shown = { ...warning, ...how, path: action.path, values, back: action.back(form) };
  return { screen: questionScreen(request.shell, shown) };
}
