import type { Deps } from "../deps.ts";
import { authorizationParameters } from "../endpoints/authorization-target.ts";
import { afterSignIn, authorize, cancel } from "../endpoints/authorize.ts";
import type { AuthorizationStep } from "../endpoints/authorize.ts";
import { consentDigest } from "../endpoints/shown.ts";
import { newSignInCookie } from "../http/interaction/cookies.ts";
import { readQuery } from "../http/request.ts";

/** The user of a test, and what the user decides. */
export interface TestUser {
  /** `sub`. Default: `customer-7`. */
  subject?: string;
  /** Refuses: the client gets `access_denied`. */
  denies?: boolean;
}

/**
 * Answers an authorization request as a user would who signs in and allows what is asked for.
 *
 * @returns the request that the browser sends to the client's redirect URI: a GET, or a POST for `form_post`
 * @throws Error where the user would see an error page, such as for an unknown client
 */
export async function authorizeAs(
  deps: Deps,
  url: string | URL,
  { subject = "customer-7", denies = false }: TestUser,
): Promise<Request> {
  const parameters = authorizationParameters(readQuery(String(url)));
  const step = denies ? await cancel(deps, parameters) : await allow(deps, parameters, subject);
  if (step.step !== "redirect") throw new Error(`the authorization request still needs: ${step.step}`);
  const { to, fields } = step.response;
  return fields === null
    ? new Request(to)
    : new Request(to, { method: "POST", body: new URLSearchParams(fields) });
}

async function allow(
  deps: Deps,
  parameters: ReadonlyMap<string, string>,
  subject: string,
): Promise<AuthorizationStep> {
  const { digest } = newSignInCookie();
  const started = await deps.store.signIns.start({
    digest,
    subject,
    name: subject,
    ttl: deps.signInTtl,
    replaces: null,
  });
  if (started.outcome !== "started") throw new Error(`${subject} cannot sign in: ${started.outcome}`);
  const left = afterSignIn(parameters);
  const step = await authorize(deps, left, started.signIn);
  if (step.step !== "consent") return step;
  const shown = consentDigest(step.target, step.request);
  return authorize(deps, left, started.signIn, { answer: "allow", shown });
}
