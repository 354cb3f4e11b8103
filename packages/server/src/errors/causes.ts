import { AUTHORIZATION_CAUSES } from "./causes/authorization.ts";
import { CLIENT_CAUSES } from "./causes/client.ts";
import { REGISTRATION_CAUSES } from "./causes/registration.ts";
import { REQUEST_CAUSES } from "./causes/request.ts";
import { SERVICE_CAUSES } from "./causes/service.ts";
import { TOKEN_CAUSES } from "./causes/token.ts";

/** The causes by the part of the service that names them, under the headings of the reference. */
export const CAUSE_GROUPS = {
  "Reading a request": REQUEST_CAUSES,
  "Clients and their authentication": CLIENT_CAUSES,
  Tokens: TOKEN_CAUSES,
  "Authorization and sign-in": AUTHORIZATION_CAUSES,
  "Client registration": REGISTRATION_CAUSES,
  "Limits and failures of the service": SERVICE_CAUSES,
};

/** Every cause of an error that reaches the wire. `docs/reference/errors.md` is made from it. */
export const CAUSES = {
  ...REQUEST_CAUSES,
  ...CLIENT_CAUSES,
  ...TOKEN_CAUSES,
  ...AUTHORIZATION_CAUSES,
  ...REGISTRATION_CAUSES,
  ...SERVICE_CAUSES,
};

/** Why a request was refused, as log, metric and event name it; what is sent may not tell two of them apart. */
export type Cause = keyof typeof CAUSES;

/** Causes whose text has a blank for the thrower to fill. */
export type ParameterCause = {
  [C in Cause]: (typeof CAUSES)[C]["description"] extends `${string}{${string}` ? C : never;
}[Cause];
