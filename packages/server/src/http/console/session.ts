import { consoleDigest } from "../../admin/console-link.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { authenticateAccount } from "../../identity/local-user-store.ts";
import { MAX_PASSWORD, MAX_USERNAME } from "../../identity/user-store.ts";
import type { UserCredentials } from "../../identity/user-store.ts";
import { formMac, verifyFormMac } from "../../keys/form-mac.ts";
import type { ConsoleContext } from "./context.ts";
import { newValue } from "./cookie.ts";

/** A session ends so long after its operator authenticated, however busy it is, s: a shift. */
const SESSION_TTL = 8 * 3600;

/** What cannot be undone asks for the password again so long after it was proved, ms. */
const FRESH = 15 * 60_000;

/** An operator who is signed in. */
export interface Operator {
  subject: string;
  username: string;
  /** In events. */
  actor: string;
  /** When the operator authenticated, ms. */
  authTime: number;
}

/** A browser at the console. */
export interface Caller {
  /** The cookie's value: of the session, or of a browser without one. Forms are bound to it. */
  value: string;
  isNew: boolean;
  /** Undefined: not signed in, or no operator any more. */
  operator: Operator | undefined;
}

/**
 * Finds who sends a request. The account is read each time: one that is disabled, loses the role or gets another password
 * is out with its next request.
 */
export async function loadCaller({ deps, cookie }: ConsoleContext, headers: Headers): Promise<Caller> {
  const value = cookie.read(headers.get("cookie"));
  if (value === undefined) return { value: newValue(), isNew: true, operator: undefined };
  return { value, isNew: false, operator: await findOperator(deps, value) };
}

async function findOperator({ store }: ConsoleContext["deps"], value: string): Promise<Operator | undefined> {
  const session = await store.signIns.find(consoleDigest("session", value));
  if (session === undefined) return undefined;
  const account = await store.accounts.find(session.subject);
  if (account === undefined || account.role !== "operator" || account.disabledAt !== null) return undefined;
  return operatorOf(account, session.authTime);
}

function operatorOf(
  { subject, username }: { subject: string; username: string },
  authTime: number,
): Operator {
  return { subject, username, actor: `operator:${username}`, authTime };
}

/** Whether the operator has proved the password not long ago. */
export function isFresh({ deps }: ConsoleContext, { authTime }: Operator): boolean {
  return deps.store.now() - authTime < FRESH;
}

/**
 * Signs an operator in with a username and password of Regrant's own accounts, whatever user store the service asks. A
 * wrong password and an account that is no operator look alike. Failures count as those of users do.
 *
 * @throws OAuthError `not_operator`, or as `authenticateAccount`
 */
export async function signInByPassword(
  context: ConsoleContext,
  credentials: UserCredentials,
  caller: Caller,
): Promise<Caller & { operator: Operator }> {
  const { username, password } = credentials;
  if (Buffer.byteLength(username) > MAX_USERNAME || Buffer.byteLength(password) > MAX_PASSWORD) {
    throw new OAuthError("credentials_too_long");
  }
  const { store, throttles, log } = context.deps;
  const account = await authenticateAccount({ store, throttle: throttles.usernames, log }, credentials);
  return startSession(context, { ...account, passwordHash: account.passwordHash ?? undefined }, caller);
}

/**
 * Signs an operator in with the code of a one-time link, which is used up.
 *
 * @throws OAuthError `console_link_unknown`: it was used, has expired, or never was; `not_operator`
 */
export async function signInByLink(
  context: ConsoleContext,
  code: string,
  caller: Caller,
): Promise<Caller & { operator: Operator }> {
  const { signIns } = context.deps.store;
  const digest = consoleDigest("link", code);
  const link = await signIns.find(digest);
  // Of those who use it at once, one ends it.
  if (link === undefined || !(await signIns.end(digest))) throw new OAuthError("console_link_unknown");
  return startSession(context, { subject: link.subject, username: link.name }, caller);
}

/** Starts a session under a new cookie, against session fixation; the browser's earlier one ends. */
async function startSession(
  { deps }: ConsoleContext,
  account: { subject: string; username: string; passwordHash?: string | undefined },
  { value: earlier, operator }: Caller,
): Promise<Caller & { operator: Operator }> {
  const value = newValue();
  const started = await deps.store.signIns.startOperator({
    digest: consoleDigest("session", value),
    subject: account.subject,
    name: account.username,
    passwordHash: account.passwordHash,
    ttl: SESSION_TTL,
    replaces: operator === undefined ? null : consoleDigest("session", earlier),
    as: "session",
    actor: `operator:${account.username}`,
  });
  if (started.outcome !== "started") throw new OAuthError(started.outcome);
  return { value, isNew: true, operator: operatorOf(account, started.signIn.authTime) };
}

/** Ends the session. */
export async function endSession({ deps }: ConsoleContext, { value }: Caller): Promise<void> {
  await deps.store.signIns.end(consoleDigest("session", value));
}

/** A token that every form carries (RFC 6749 §10.12): another site can neither read it nor make it. */
export function formTokenOf({ deps }: ConsoleContext, { value }: Caller): string {
  return formMac(deps.keys.masterKeys[0], textOf(value)).toString("base64url");
}

/**
 * Refuses a form that the console did not show to this browser.
 *
 * @throws OAuthError `cross_site_form` if another site sent it; `form_expired`
 */
export function requireOwnForm(
  { deps }: ConsoleContext,
  { value, isNew }: Caller,
  { headers, url }: Request,
  token: string | undefined,
): void {
  if (!isSameOrigin(deps.issuer, url, headers)) throw new OAuthError("cross_site_form");
  const mac = Buffer.from(token ?? "", "base64url");
  if (isNew || !verifyFormMac(deps.keys.masterKeys, textOf(value), mac)) throw new OAuthError("form_expired");
}

const textOf = (value: string) => JSON.stringify(["console", value]);

/**
 * Whether the browser reports a page of this host as the sender. The console may be reached at another address than the
 * issuer's, such as `localhost` by a tunnel: then the origin is the one that the request was sent to.
 */
function isSameOrigin(issuer: string, url: string, headers: Headers): boolean {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return false;
  if (origin === null || (origin === "null" && site === "same-origin")) return true;
  if (origin === new URL(issuer).origin) return true;
  return URL.parse(origin)?.host === (headers.get("host") ?? new URL(url).host);
}
