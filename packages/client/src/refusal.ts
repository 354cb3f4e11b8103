import type { Refusal } from "./types.ts";
import type { TokenErrorResponse, TokenRequestParts } from "./wire-format.ts";

/** Characters */
const MAX_DESCRIPTION = 2000;

/** Words that may stand between a refresh token and what is wrong with it. */
const FILLERS = / (?:(?:i|wa|ha|doe)sn?|be(?:en)?|could|already|either|the|your?|provided|given|or|and)\b/g;
/**
 * How servers say that a refresh token is of no use, in lower case, without punctuation and fillers: see
 * docs/client/ended-sessions.md. What may mean anything else is not listed: a wrong end costs a login. A session counts
 * only in the members of an OAuth error: in a message it may be that of a gateway in between.
 */
const ENDED =
  / invalid grant|(?:error|code|description) (?:interaction|login|consent) required|(?:error|code) (?:invalid|expired|bad) (?:token|code)|(?:refresh ?token|(?:error|code|description) session|(?:error|code|message|for) token) ?(?:code )?(?:invalid|expired|revoked|unknown|malformed|blacklisted|reuse|used|inactive|no longer|(?:no)?t (?:found|valid|exist|active|recogni))|[ .](?:invalid|expired|revoked|unknown|bad) ?refresh ?token/;
/** Refusals of the client or the request, which may mention a refresh token. */
const OTHER = / grant ?type| invalid (?:client|scope|type)|token (?:request|grant)/;

/**
 * What a response without a token says, and whether it says that the refresh token is of no use.
 *
 * @param accessToken the current one, which is not reported either
 */
export function readRefusal(
  { status, body }: Omit<TokenErrorResponse, "headers">,
  request: TokenRequestParts,
  accessToken?: string,
): { readonly refusal: Refusal; readonly ended: boolean } {
  const hide = secretRemover(request, accessToken);
  let description: string | undefined;
  // A server may have put the token itself into the phrase.
  const words = hide(
    JSON.stringify(body, (key, value: unknown) => {
      if (typeof value === "string" && /desc|mess|msg|reason|detail/i.test(key)) description ??= hide(value);
      return value;
    }),
  )
    .toLowerCase()
    .replace(/[^a-z.]+/g, " ")
    .replace(FILLERS, "");
  const error = typeof body["error"] === "string" ? body["error"] : "";
  return {
    refusal: {
      // A secret may have the form of a code.
      error: /^[a-z_]{1,40}$/.test(error) && hide(error) === error ? error : undefined,
      description: description?.slice(0, MAX_DESCRIPTION).replace(/\p{C}+/gu, " "),
    },
    ended:
      error === "invalid_grant" ||
      // Laravel Passport up to 12 rejects a refresh token with 401 `invalid_request`, which it uses for nothing else.
      (status === 401 && error === "invalid_request") ||
      (request.body.has("refresh_token") && ENDED.test(words) && !OTHER.test(words)),
  };
}

/** Returns the function that removes the secrets of a token request from a text, in which a server may have echoed them. */
function secretRemover(
  { body, headers }: TokenRequestParts,
  accessToken: string | undefined,
): (text: string) => string {
  const [, credentials = ""] = (headers.get("authorization") ?? "").split(" ");
  const secrets = [accessToken, credentials, passwordOf(credentials)];
  for (const [name, value] of body) if (/token|secret|assertion|password/.test(name)) secrets.push(value);
  // A shorter one is no secret, and part of many words.
  const forms = secrets.flatMap((secret) =>
    secret && secret.length > 2
      ? [secret, `${new URLSearchParams({ "": secret })}`.slice(1), JSON.stringify(secret).slice(1, -1)]
      : [],
  );
  return (text) => forms.reduce((rest, form) => rest.replaceAll(form, ""), text);
}

/** The secret in `client_secret_basic` (RFC 6749 §2.3.1). */
function passwordOf(credentials: string): string | null {
  try {
    return new URLSearchParams(`=${atob(credentials).split(":")[1]}`).get("");
  } catch {
    return null;
  }
}
