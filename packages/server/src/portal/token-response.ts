import type { Language } from "../pages/language.ts";
import type { Block } from "./document.ts";
import type { Offer } from "./offer.ts";
import { memberTable } from "./tables.ts";

/** Members of a token response (RFC 6749 §5.1) and their JSON Schema types. `docs.member.NAME` is a member's text. */
export const RESPONSE_MEMBERS = {
  token_type: "string",
  expires_in: "integer",
  access_token: "string",
  refresh_token: "string",
  scope: "string",
  refresh_token_expires_in: "integer",
  refresh_token_timeout: "integer",
  authorization_expires_in: "integer",
  refresh_token_retry_window: "integer",
} as const;

type Member = keyof typeof RESPONSE_MEMBERS;

/** Whether the portal describes this member of a token response. */
export function isResponseMember(name: string): name is Member {
  return Object.hasOwn(RESPONSE_MEMBERS, name);
}

/** The members that the token endpoint writes, in its order; or those of them that are named. */
export function responseTable({ response }: Offer, language: Language, named?: readonly Member[]): Block {
  const members = Object.keys(response).filter(isResponseMember);
  return memberTable(
    language,
    members
      .filter((name) => named?.includes(name) ?? true)
      .map((name) => [name, RESPONSE_MEMBERS[name], language.t(`docs.member.${name}`)]),
  );
}
