import { ADMINISTRATION_CAUSES } from "./causes/administration.ts";
import { AUTHORIZATION_CAUSES } from "./causes/authorization.ts";
import { CLIENT_CAUSES } from "./causes/client.ts";
import { CONSOLE_CAUSES } from "./causes/console.ts";
import { DELEGATION_CAUSES } from "./causes/delegation.ts";
import { REGISTRATION_CAUSES } from "./causes/registration.ts";
import { REQUEST_CAUSES } from "./causes/request.ts";
import { SENDER_CAUSES } from "./causes/sender.ts";
import { SERVICE_CAUSES } from "./causes/service.ts";
import { SIGNAL_CAUSES } from "./causes/signals.ts";
import { TOKEN_CAUSES } from "./causes/token.ts";
import { STATUS } from "./codes.ts";
import type { CauseSpec } from "./codes.ts";

/**
 * The causes by the part of the service that names them, under the headings of the reference, which lists them in this
 * order.
 */
export const CAUSE_GROUPS = {
  "Reading a request": REQUEST_CAUSES,
  "Clients and their authentication": CLIENT_CAUSES,
  Tokens: TOKEN_CAUSES,
  "Token exchange and assertions": DELEGATION_CAUSES,
  "Proof of possession": SENDER_CAUSES,
  "Authorization and sign-in": AUTHORIZATION_CAUSES,
  "Client registration": REGISTRATION_CAUSES,
  "Global Token Revocation and Shared Signals": SIGNAL_CAUSES,
  "The admin API": ADMINISTRATION_CAUSES,
  "The operators' console": CONSOLE_CAUSES,
  "Limits and failures of the service": SERVICE_CAUSES,
};

/**
 * Every cause of an error that reaches the wire. `docs/reference/errors.md` is generated from it. A cause that is
 * thrown and not listed does not compile.
 */
export const CAUSES = {
  ...REQUEST_CAUSES,
  ...CLIENT_CAUSES,
  ...TOKEN_CAUSES,
  ...DELEGATION_CAUSES,
  ...SENDER_CAUSES,
  ...AUTHORIZATION_CAUSES,
  ...REGISTRATION_CAUSES,
  ...SIGNAL_CAUSES,
  ...ADMINISTRATION_CAUSES,
  ...CONSOLE_CAUSES,
  ...SERVICE_CAUSES,
};

/**
 * Why a request was refused, as log, metric and event name it. Causes that share one public text look alike to the
 * client (RFC 6749 §5.2), so that a response does not tell which clients, tokens and users exist.
 */
export type Cause = keyof typeof CAUSES;

/** Causes whose text has this blank, which the thrower fills. */
type CauseWith<Blank extends string> = {
  [C in Cause]: (typeof CAUSES)[C]["description"] extends `${string}{${Blank}}${string}` ? C : never;
}[Cause];

/** Causes whose text names a parameter. */
export type ParameterCause = CauseWith<"parameter">;

/** Causes whose text says what is wrong with the parameter. */
export type ViolationCause = CauseWith<"violation">;

/** The causes that are failures of the service: status 5xx. */
export function failureCauses(): string[] {
  const specs: [string, CauseSpec][] = Object.entries(CAUSES);
  return specs.filter(([, { code, status }]) => (status ?? STATUS[code]) >= 500).map(([cause]) => cause);
}
