import { MAX_CLIENT_ID } from "../../clients/cimd/client-id-url.ts";
import type { Brand } from "../../pages/page.ts";
import type { Language } from "../../pages/language.ts";
import { EXAMPLES, isExampleLanguage } from "../../portal/examples/table.ts";
import { readQuery } from "../request.ts";

/** Keeps the language of the examples that was chosen. */
const COOKIE = "regrant_docs_language";
const COOKIE_VALUE = /(?:^|; )regrant_docs_language=(\w+)/;
const YEAR = 31_536_000;

/** RFC 6749 appendix A.1, without the space: what can be filled into an example. */
const CLIENT_ID = /^[\x21-\x7e]+$/;

/** The reader of one page of the portal. */
export interface Reader {
  language: Language;
  exampleLanguage: string;
  /** The reader has just chosen it. */
  isNewChoice: boolean;
  /** To be filled into the examples. It is not looked up: the page must not tell which clients exist. */
  clientId: string | undefined;
  /** What links keep of the URL: choices that the portal knows, since a page repeats them in each of its links. */
  kept: ReadonlyMap<string, string>;
}

/**
 * Reads the reader's choices from the URL, the cookie and `Accept-Language`. A choice that the portal does not know is
 * ignored.
 *
 * @throws OAuthError `invalid_request` as `readQuery`: repeated parameters, a secret in the URL
 */
export function readReader({ languages }: Brand, { url, headers }: Request): Reader {
  const query = readQuery(url);
  const clientId = clientIdIn(query);
  const requested = query.get("language");
  const remembered = COOKIE_VALUE.exec(headers.get("cookie") ?? "")?.[1];
  const chosen = [requested, remembered].find(isExampleLanguage);
  const language = languages.choose(query.get("ui_locales"), headers.get("accept-language"));
  const kept = new Map<string, string>();
  if (clientId !== undefined) kept.set("client_id", clientId);
  if (isExampleLanguage(requested)) kept.set("language", requested);
  if (query.has("ui_locales")) kept.set("ui_locales", language.tag);
  return {
    language,
    exampleLanguage: chosen ?? EXAMPLES[0]?.language ?? "",
    isNewChoice: isExampleLanguage(requested) && requested !== remembered,
    clientId,
    kept,
  };
}

function clientIdIn(query: ReadonlyMap<string, string>): string | undefined {
  const named = query.get("client_id");
  return named !== undefined && named.length <= MAX_CLIENT_ID && CLIENT_ID.test(named) ? named : undefined;
}

/** `Set-Cookie` that keeps the chosen language for the pages of the portal. It is of no use to a script. */
export function languageCookie(language: string, path: string, isSecure: boolean): string {
  const secure = isSecure ? "; Secure" : "";
  return `${COOKIE}=${language}; Path=${path}; Max-Age=${YEAR}; HttpOnly; SameSite=Lax${secure}`;
}
