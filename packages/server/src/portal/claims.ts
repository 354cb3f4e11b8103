import type { Language } from "../pages/language.ts";
import type { MessageKey } from "../pages/messages/en.ts";
import type { DecodedToken } from "./access-token-example.ts";
import type { Block } from "./document.ts";
import { memberTable } from "./tables.ts";

/** Claims that only some tokens have: RFC 9068 §2.2.3, and those of tokens with a grant. */
export const OPTIONAL_CLAIMS: readonly string[] = ["scope", "gid", "auth_time"];

type Claims = Readonly<Record<string, readonly [type: string, text: MessageKey]>>;

/** RFC 9068 §2.2; `gid` is Regrant's. */
export const CLAIMS: Claims = {
  iss: ["string", "docs.claim.iss"],
  aud: ["string", "docs.claim.aud"],
  sub: ["string", "docs.claim.sub"],
  client_id: ["string", "docs.claim.client_id"],
  iat: ["integer", "docs.claim.iat"],
  exp: ["integer", "docs.claim.exp"],
  scope: ["string", "docs.claim.scope"],
  gid: ["string", "docs.claim.gid"],
  auth_time: ["integer", "docs.claim.auth_time"],
  jti: ["string", "docs.claim.jti"],
};

/** Laravel Passport's. */
export const PASSPORT_CLAIMS: Claims = {
  ...CLAIMS,
  aud: ["string", "docs.claim.client_id"],
  nbf: ["integer", "docs.claim.nbf"],
  scopes: ["array", "docs.claim.scopes"],
};

/** The claims that the tokens have, in their order. */
export function claimTable({ claims }: DecodedToken, known: Claims, language: Language): Block {
  const rows = Object.keys(claims).flatMap((name) => {
    const claim = known[name];
    return claim === undefined ? [] : [[name, claim[0], language.t(claim[1])] as const];
  });
  return memberTable(language, rows);
}
