import { ISSUER } from "../../packages/server/src/testing.ts";
import type { Choices } from "./choices.ts";
import { mutated, oddText, pick } from "./odd-values.ts";
import type { Session } from "./session.ts";

export const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"];
/** Header values have no other characters (RFC 9110 §5.5). */
const NOT_IN_HEADERS = /[^\t -~\u0080-\u00ff]/g;

/** @param isManaged with the registration access token */
export function fuzzedHeaders(choices: Choices, session: Session, isManaged = false): Record<string, string> {
  const { random } = choices;
  const odd: Record<string, () => string> = {
    authorization: () => authorization(choices, session),
    origin: () => pick(random, [ISSUER, "https://evil.example", "null", oddText(random)]),
    "sec-fetch-site": () => pick(random, ["same-origin", "cross-site", "none", oddText(random)]),
    cookie: () => cookie(choices, session),
    "accept-language": () => pick(random, ["de", "ar, en;q=0.5", "*", "x;q=2,,;", oddText(random)]),
    accept: () => pick(random, ["application/json", "text/html", oddText(random)]),
    dpop: () => oddText(random),
    "content-encoding": () => pick(random, ["gzip", "identity", oddText(random)]),
    "access-control-request-method": () => pick(random, [...METHODS, oddText(random)]),
    "access-control-request-headers": () => oddText(random),
    "x-forwarded-for": () => pick(random, ["192.0.2.7", oddText(random)]),
  };
  const chosen = Object.entries(odd).filter(() => choices.isOdd() && random.chance(0.5));
  const bearer = () => `Bearer ${choices.value(session, "registration_access_token")}`;
  const own = isManaged ? { authorization: bearer() } : {};
  return inHeaders({ ...own, ...Object.fromEntries(chosen.map(([name, value]) => [name, value()])) });
}

function authorization(choices: Choices, session: Session): string {
  const text = (name: string) => choices.value(session, name);
  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString("base64")}`;
  const forms = [
    () => basic(`${text("client_id")}:${text("client_secret")}`),
    () => basic(`${encodeURIComponent(text("client_id").toWellFormed())}:${oddText(choices.random)}`),
    () => basic(text("client_id")),
    () => `Bearer ${text("token")}`,
    () => `DPoP ${text("access_token")}`,
    () => `Basic ${oddText(choices.random)}`,
    () => oddText(choices.random),
  ];
  return pick(choices.random, forms)();
}

function cookie(choices: Choices, session: Session): string {
  const jar = pick(choices.random, [session, ...choices.sessions]).browser.cookies;
  return [...jar].map(([name, value]) => `${name}=${mutated(choices.random, value)}`).join("; ");
}

/** Leaves out the characters that `Headers` refuses. */
export function inHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replaceAll(NOT_IN_HEADERS, "")]),
  );
}
