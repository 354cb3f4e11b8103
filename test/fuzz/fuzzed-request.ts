import { PATHS } from "../../packages/server/src/endpoints/metadata.ts";
import type { Random } from "../../packages/server/src/store/contract/populations/random.ts";
import { FORM, ISSUER } from "../../packages/server/src/testing.ts";
import { CENTRAL, GOOD_REQUESTS, MANAGED, METADATA_MEMBERS, PARAMETERS, ROUTES } from "./endpoints.ts";
import { mutated, oddJson, oddText, pick } from "./odd-values.ts";
import type { Session } from "./session.ts";

const JSON_TYPE = "application/json";
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"];
// prettier-ignore
const TYPES = [
  FORM, JSON_TYPE, "multipart/form-data; boundary=b", `${FORM};charset=latin1`, "application/vnd.api+json", "text/plain",
  "multipart/form-data", "application/x-www-form-urlencoded, application/json", "", ";", "\u00ff/\u00ff",
];
/** Tokens of another kind stand in for these; each session learns them under the name of its response. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  token: ["access_token", "refresh_token", "registration_access_token", "code", "device_code"],
  id: ["client_id"],
};
/** Header values have no other characters (RFC 9110 §5.5). */
const NOT_IN_HEADERS = /[^\t -~\u0080-\u00ff]/g;

/** One request, as it is sent and as a failure reports it. */
export interface FuzzedRequest {
  /** Whose browser sends it. */
  session: Session;
  method: string;
  /** Path and query. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array<ArrayBuffer> | undefined;
}

type Pairs = readonly (readonly [name: string, value: string])[];

/** Makes requests that are nearly good, or not good at all, for a session among others. */
export class RequestMaker {
  readonly #random: Random;
  readonly #others: readonly Session[];
  /** How likely a part of the next request is odd. */
  #oddity = 0;

  constructor(random: Random, sessions: readonly Session[]) {
    this.#random = random;
    this.#others = sessions;
  }

  next(session: Session): FuzzedRequest {
    const random = this.#random;
    this.#oddity = pick(random, [0, 0, 0.02, 0.1, 0.5]);
    if (session.link !== undefined && random.chance(0.3)) return this.#followed(session, session.link);
    if (session.forms.length > 0 && random.chance(0.3)) return this.#submitted(session);
    const route = pick(random, random.chance(0.4) ? CENTRAL : ROUTES);
    const managing = this.#others.findLast((other) => other.valuesOf("registration_access_token").length > 0);
    return this.#called(route === MANAGED ? (managing ?? session) : session, route);
  }

  #followed(session: Session, link: string): FuzzedRequest {
    const path = this.#isOdd() ? mutated(this.#random, link) : link;
    return { session, method: "GET", path: pathOf(path), headers: this.#headers(session), body: undefined };
  }

  #submitted(session: Session): FuzzedRequest {
    const { action, fields } = pick(this.#random, session.forms);
    // One button of several is pressed, or none that has a name.
    const buttons = [...fields.filter(({ isButton }) => isButton), undefined];
    const button = pick(this.#random, buttons);
    const filled = [...fields.filter(({ isButton }) => !isButton), ...(button === undefined ? [] : [button])];
    const pairs = filled.map(({ name, value }) => {
      return [name, value === undefined || this.#isOdd() ? this.#value(session, name) : value] as const;
    });
    const own = { origin: ISSUER, "sec-fetch-site": "same-origin", "content-type": FORM };
    const headers = { ...own, ...this.#headers(session) };
    return { session, method: "POST", path: pathOf(action), headers, body: this.#encoded(pairs, FORM) };
  }

  #called(session: Session, route: string): FuzzedRequest {
    const random = this.#random;
    const pairs = this.#parameters(session, route);
    const id = () => encodeURIComponent(this.#value(session, "client_id").toWellFormed());
    let path = route.replace(":id", id);
    if (this.#isOdd()) path = pick(random, [mutated(random, path), `${path}/`, `/${oddText(random)}`]);
    const good = route === MANAGED ? ["GET", "PUT", "PUT", "PUT", "DELETE"] : [methodOf(route, random)];
    const method = this.#isOdd() ? pick(random, METHODS) : pick(random, good);
    const type = this.#isOdd() ? pick(random, TYPES) : isRegistration(route) ? JSON_TYPE : FORM;
    const hasBody = method !== "GET" && method !== "HEAD";
    if (!hasBody || random.chance(0.02)) path += `?${this.#encoded(pairs, FORM)}`;
    const body = hasBody ? this.#body(session, route, pairs, type) : undefined;
    const headers = { "content-type": type, ...this.#headers(session, isRegistration(route)) };
    return {
      session,
      method,
      path: pathOf(path),
      headers: inHeaders(headers),
      body,
    };
  }

  #parameters(session: Session, route: string): Pairs {
    const random = this.#random;
    const good = GOOD_REQUESTS[route];
    const any = () => Array.from({ length: random.integer(0, 6) }, () => pick(random, PARAMETERS));
    const names = good === undefined || random.chance(0.05) ? any() : pick(random, good);
    const more = this.#isOdd() ? any() : [];
    return [...names, ...more].flatMap((written) => {
      const [name = "", fixed] = written.split("=");
      if (this.#isOdd() && random.chance(0.3)) return [];
      const isGiven = fixed !== undefined && !this.#isOdd();
      const value = isGiven ? fixed : this.#value(session, name);
      // A right number would hold the request for as many seconds.
      const isLeftOut = name === "wait" ? Number(value) > 0 : value === "" && !this.#isOdd();
      return isLeftOut ? [] : [[name, value] as const];
    });
  }

  /** The session's own value, one of another session or of another name, one of these mutated, or an odd one. */
  #value(session: Session, name: string): string {
    const random = this.#random;
    const of = (owner: Session, called: string) =>
      (ALIASES[called] ?? [called]).flatMap((alias) => owner.valuesOf(alias));
    const stranger = pick(random, this.#others);
    const mine = of(session, name);
    const isOwn = mine.length > 0 || name.startsWith("client_");
    const known = isOwn && !this.#isOdd() ? mine : of(stranger, name);
    const latest = known.at(random.chance(0.8) ? -1 : random.integer(0, known.length));
    if (!this.#isOdd()) return latest ?? "";
    const other = () => pick(random, of(stranger, pick(random, stranger.names))) ?? "";
    const kinds = [() => mutated(random, latest ?? "x"), other, () => oddText(random), () => oddText(random)];
    return pick(random, kinds)();
  }

  #metadata(session: Session, type: string): string {
    const random = this.#random;
    if (random.chance(0.02)) return JSON.stringify(oddJson(random));
    const good: Record<string, unknown> = {
      client_name: "Fuzzed",
      redirect_uris: ["https://client.example/callback"],
      ...(random.chance(0.5) ? { token_endpoint_auth_method: "none" } : {}),
      ...(random.chance(0.5) ? { client_id: this.#value(session, "client_id") } : {}),
    };
    const odd = Array.from({ length: random.integer(0, 4) }, () => [
      pick(random, METADATA_MEMBERS),
      random.chance(0.5) ? [oddText(random)] : oddJson(random),
    ]);
    const body = JSON.stringify(random.chance(0.4) ? good : { ...good, ...Object.fromEntries(odd) });
    return type === JSON_TYPE && !this.#isOdd() ? body : mutated(random, body);
  }

  #body(session: Session, route: string, pairs: Pairs, type: string): FuzzedRequest["body"] {
    const random = this.#random;
    if (this.#isOdd() && random.chance(0.1)) {
      return Uint8Array.from({ length: random.integer(0, 200) }, () => random.integer(0, 256));
    }
    return isRegistration(route) ? this.#metadata(session, type) : this.#encoded(pairs, type);
  }

  #encoded(pairs: Pairs, type: string): string {
    const random = this.#random;
    if (this.#isOdd() && random.chance(0.05)) return `${"a=b&".repeat(random.integer(0, 3000))}x`;
    let body: string;
    if (type.includes("json")) {
      const members = pairs.map(([name, value]) => [name, this.#isOdd() ? oddJson(random) : value]);
      body = JSON.stringify(Object.fromEntries(members));
    } else if (type.startsWith("multipart/")) {
      const parts = pairs.map(
        ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      );
      body = `${parts.join("")}--b--\r\n`;
    } else {
      body = new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString();
    }
    return this.#isOdd() && random.chance(0.2) ? mutated(random, body) : body;
  }

  #headers(session: Session, isManaged = false): Record<string, string> {
    const random = this.#random;
    const odd: Record<string, () => string> = {
      authorization: () => this.#authorization(session),
      origin: () => pick(random, [ISSUER, "https://evil.example", "null", oddText(random)]),
      "sec-fetch-site": () => pick(random, ["same-origin", "cross-site", "none", oddText(random)]),
      cookie: () => this.#cookie(session),
      "accept-language": () => pick(random, ["de", "ar, en;q=0.5", "*", "x;q=2,,;", oddText(random)]),
      accept: () => pick(random, ["application/json", "text/html", oddText(random)]),
      dpop: () => oddText(random),
      "content-encoding": () => pick(random, ["gzip", "identity", oddText(random)]),
      "access-control-request-method": () => pick(random, [...METHODS, oddText(random)]),
      "access-control-request-headers": () => oddText(random),
      "x-forwarded-for": () => pick(random, ["192.0.2.7", oddText(random)]),
    };
    const chosen = Object.entries(odd).filter(() => this.#isOdd() && random.chance(0.5));
    const bearer = () => `Bearer ${this.#value(session, "registration_access_token")}`;
    const own = isManaged ? { authorization: bearer() } : {};
    return inHeaders({ ...own, ...Object.fromEntries(chosen.map(([name, value]) => [name, value()])) });
  }

  #authorization(session: Session): string {
    const text = (name: string) => this.#value(session, name);
    const basic = (pair: string) => `Basic ${Buffer.from(pair).toString("base64")}`;
    const forms = [
      () => basic(`${text("client_id")}:${text("client_secret")}`),
      () => basic(`${encodeURIComponent(text("client_id").toWellFormed())}:${oddText(this.#random)}`),
      () => basic(text("client_id")),
      () => `Bearer ${text("token")}`,
      () => `DPoP ${text("access_token")}`,
      () => `Basic ${oddText(this.#random)}`,
      () => oddText(this.#random),
    ];
    return pick(this.#random, forms)();
  }

  #cookie(session: Session): string {
    const jar = pick(this.#random, [session, ...this.#others]).browser.cookies;
    return [...jar].map(([name, value]) => `${name}=${mutated(this.#random, value)}`).join("; ");
  }

  #isOdd(): boolean {
    return this.#random.chance(this.#oddity);
  }
}

function methodOf(route: string, random: Random): string {
  const isRead = route === PATHS.loginReturn || /^\/(?:healthz|readyz|\.well-known)/.test(route);
  if (isRead || route === PATHS.authorize) return "GET";
  const isPage = [PATHS.device, PATHS.applications, PATHS.signIn, PATHS.signOut, PATHS.consent].includes(
    route as never,
  );
  return isPage && random.chance(0.8) ? "GET" : "POST";
}

/** Its body is client metadata, and its token a registration access token. */
function isRegistration(route: string): boolean {
  return route.startsWith(PATHS.register);
}

/** A path that stays on the service's host. */
function pathOf(path: string): string {
  return path.toWellFormed().replace(/^[/\\]*/, "/");
}

function inHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replaceAll(NOT_IN_HEADERS, "")]),
  );
}
