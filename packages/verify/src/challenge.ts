import type { Scheme } from "./credentials.ts";
import type { ReadRequirement } from "./requirement.ts";

/** The parameters of a challenge besides the error. */
export interface Challenge {
  /** URL of the protected resource's metadata (RFC 9728 §5.1). */
  resourceMetadata: string | undefined;
  /** What the request requires. */
  requirement: ReadRequirement;
  /** The accepted schemes: at least one. */
  schemes: readonly Scheme[];
  /** That of the request: its challenge has the error. */
  scheme: Scheme;
  /** Of proofs (RFC 9449 §5.1). */
  algorithms: readonly string[];
}

/** What is wrong with the request (RFC 6750 §3.1, RFC 9449 §7.1, RFC 9470 §3). */
interface ChallengeError {
  error?: string;
  description?: string;
}

/** `WWW-Authenticate`: a challenge for each accepted scheme (RFC 9449 §7.1), in one line. */
export function challengeText(wrong: ChallengeError, challenge: Challenge): string {
  const { schemes, scheme } = challenge;
  const [only] = schemes;
  const blamed = schemes.includes(scheme) ? scheme : only;
  return schemes.map((each) => oneChallenge(each, each === blamed ? wrong : {}, challenge)).join(", ");
}

/** Values are constants or validated options: none contains a quotation mark. */
function oneChallenge(
  scheme: Scheme,
  { error, description }: ChallengeError,
  { resourceMetadata, requirement, algorithms }: Challenge,
): string {
  const { scopes, acrValues, maxAge } = requirement;
  const isStepUp = error === "insufficient_user_authentication";
  const parameters = {
    error,
    error_description: error && description,
    scope: scopes.length > 0 ? scopes.join(" ") : undefined,
    acr_values: isStepUp && acrValues.length > 0 ? acrValues.join(" ") : undefined,
    max_age: isStepUp ? maxAge : undefined,
    algs: scheme === "DPoP" ? algorithms.join(" ") : undefined,
    resource_metadata: resourceMetadata,
  };
  const present = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return [scheme, present.map(([name, value]) => `${name}="${value}"`).join(", ")].join(" ").trimEnd();
}
