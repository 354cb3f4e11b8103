import { tokenResponseFields } from "../openapi/token-endpoint.ts";
import type { Language } from "../pages/language.ts";
import type { Block } from "./document.ts";
import type { Offer } from "./offer.ts";
import { memberRows, memberTable } from "./tables.ts";
import type { MemberRow, Texts } from "./tables.ts";

/** The members of a token response (RFC 6749 §5.1). A test compares the names with a response. */
const TEXTS: Texts = {
  token_type: "docs.member.token_type",
  expires_in: "docs.member.expires_in",
  access_token: "docs.member.access_token",
  refresh_token: "docs.member.refresh_token",
  scope: "docs.member.scope",
  authorization_details: "docs.claim.authorization_details",
  refresh_token_expires_in: "docs.member.refresh_token_expires_in",
  refresh_token_timeout: "docs.member.refresh_token_timeout",
  authorization_expires_in: "docs.member.authorization_expires_in",
  refresh_token_retry_window: "docs.member.refresh_token_retry_window",
};

/**
 * The members that the token endpoint writes.
 *
 * @param texts of those that are no refresh's
 */
export function responseTable(offer: Offer, language: Language, texts: Texts = {}): Block {
  return memberTable(language, responseRows(offer, language, texts));
}

/** Those of them that are lifetimes, in seconds. */
export function lifetimeTable(offer: Offer, language: Language): Block {
  return memberTable(
    language,
    responseRows(offer, language).filter(([, type]) => type === "integer"),
  );
}

function responseRows({ instance, response }: Offer, language: Language, texts: Texts = {}): MemberRow[] {
  const rows = memberRows(language, tokenResponseFields(instance.lifetimes), { ...TEXTS, ...texts });
  return rows.filter(
    ([name]) => name in response && (name !== "authorization_details" || instance.detailTypes.length > 0),
  );
}
