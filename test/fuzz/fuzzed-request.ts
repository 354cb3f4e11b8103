import { PATHS } from "../../packages/server/src/endpoints/metadata.ts";
import type { Random } from "../../packages/server/src/store/contract/populations/random.ts";
import { FORM, ISSUER } from "../../packages/server/src/testing.ts";
import { Choices } from "./choices.ts";
import {
  CENTRAL,
  GOOD_REQUESTS,
  MANAGED,
  METADATA_MEMBERS,
  PARAMETERS,
  PORTAL,
  ROUTES,
} from "./endpoints.ts";
import { fuzzedHeaders, inHeaders, METHODS } from "./fuzzed-headers.ts";
import { mutated, oddJson, oddText, pick } from "./odd-values.ts";
import type { Session } from "./session.ts";

const JSON_TYPE = "application/json";
// prettier-ignore
const TYPES = [
  FORM, JSON_TYPE, "multipart/form-data; boundary=b", `${FORM};charset=latin1`, "application/vnd.api+json", "text/plain",
  "multipart/form-data", "application/x-www-form-urlencoded, application/json", "", ";", "\u00ff/\u00ff",
];

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
  readonly #choices: Choices;
  readonly #random: Random;

  constructor(random: Random, sessions: readonly Session[]) {
    this.#choices = new Choices(random, sessions);
    this.#random = random;
  }

  next(session: Session): FuzzedRequest {
    const random = this.#random;
    if (session.link !== undefined && random.chance(0.3)) return this.#followed(session, session.link);
    if (session.forms.length > 0 && random.chance(0.3)) return this.#submitted(session);
    const route = pick(random, random.chance(0.4) ? CENTRAL : ROUTES);
    const managing = this.#choices.sessions.findLast(
      (other) => other.valuesOf("registration_access_token").length > 0,
    );
    if (route !== MANAGED) return this.#called(session, route);
    return managing === undefined ? this.#called(session, PATHS.register) : this.#called(managing, MANAGED);
  }

  #followed(session: Session, link: string): FuzzedRequest {
    const path = this.#choices.isOdd() ? mutated(this.#random, link) : link;
    const headers = fuzzedHeaders(this.#choices, session);
    return { session, method: "GET", path: pathOf(path), headers, body: undefined };
  }

  #submitted(session: Session): FuzzedRequest {
    const { action, fields } = pick(this.#random, session.forms);
    // One button of several is pressed, or none that has a name.
    const buttons = [...fields.filter(({ isButton }) => isButton), undefined];
    const button = pick(this.#random, buttons);
    const filled = [...fields.filter(({ isButton }) => !isButton), ...(button === undefined ? [] : [button])];
    const pairs = filled.map(({ name, value }) => {
      const isKept = value !== undefined && !this.#choices.isOdd();
      return [name, isKept ? value : this.#choices.value(session, name)] as const;
    });
    const own = { origin: ISSUER, "sec-fetch-site": "same-origin", "content-type": FORM };
    const headers = { ...own, ...fuzzedHeaders(this.#choices, session) };
    return { session, method: "POST", path: pathOf(action), headers, body: this.#encoded(pairs, FORM) };
  }

  #called(session: Session, route: string): FuzzedRequest {
    const random = this.#random;
    const pairs = this.#parameters(session, route);
    const id = () => encodeURIComponent(this.#choices.value(session, "client_id").toWellFormed());
    let path = route.replace(":id", id);
    if (this.#choices.isOdd())
      path = pick(random, [mutated(random, path), `${path}/`, `/${oddText(random)}`]);
    const good =
      route === MANAGED ? ["GET", "DELETE", ...Array<string>(8).fill("PUT")] : [methodOf(route, random)];
    const method = this.#choices.isOdd() ? pick(random, METHODS) : pick(random, good);
    const type = this.#choices.isOdd() ? pick(random, TYPES) : isRegistration(route) ? JSON_TYPE : FORM;
    const hasBody = method !== "GET" && method !== "HEAD";
    if (!hasBody || random.chance(0.02)) path += `?${this.#encoded(pairs, FORM)}`;
    const body = hasBody ? this.#body(session, route, pairs, type) : undefined;
    const more = fuzzedHeaders(this.#choices, session, isRegistration(route));
    const headers = inHeaders({ "content-type": type, ...more });
    return { session, method, path: pathOf(path), headers, body };
  }

  #parameters(session: Session, route: string): Pairs {
    const random = this.#random;
    const good = GOOD_REQUESTS[route];
    const any = () => Array.from({ length: random.integer(0, 6) }, () => pick(random, PARAMETERS));
    const names = good === undefined || random.chance(0.05) ? any() : pick(random, good);
    const more = this.#choices.isOdd() ? any() : [];
    return [...names, ...more].flatMap((written) => {
      const [name = "", fixed] = written.split("=");
      if (this.#choices.isOdd() && random.chance(0.3)) return [];
      const isGiven = fixed !== undefined && !this.#choices.isOdd();
      const value = isGiven ? fixed : this.#choices.value(session, name);
      // A right number would hold the request for as many seconds.
      const isLeftOut = name === "wait" ? Number(value) > 0 : value === "" && !this.#choices.isOdd();
      return isLeftOut ? [] : [[name, value] as const];
    });
  }

  #metadata(session: Session, type: string): string {
    const random = this.#random;
    if (random.chance(0.02)) return JSON.stringify(oddJson(random));
    const good: Record<string, unknown> = {
      client_name: "Fuzzed",
      redirect_uris: ["https://client.example/callback"],
      ...(random.chance(0.5) ? { token_endpoint_auth_method: "none" } : {}),
      ...(random.chance(0.9) ? { client_id: this.#choices.value(session, "client_id") } : {}),
    };
    const odd = Array.from({ length: random.integer(1, 6) }, () => [
      pick(random, METADATA_MEMBERS),
      random.chance(0.5) ? [oddText(random)] : oddJson(random),
    ]);
    const body = JSON.stringify(random.chance(0.3) ? good : { ...good, ...Object.fromEntries(odd) });
    return type === JSON_TYPE && !this.#choices.isOdd() ? body : mutated(random, body);
  }

  #body(session: Session, route: string, pairs: Pairs, type: string): FuzzedRequest["body"] {
    const random = this.#random;
    if (this.#choices.isOdd() && random.chance(0.1)) {
      return Uint8Array.from({ length: random.integer(0, 200) }, () => random.integer(0, 256));
    }
    return isRegistration(route) ? this.#metadata(session, type) : this.#encoded(pairs, type);
  }

  #encoded(pairs: Pairs, type: string): string {
    const random = this.#random;
    if (this.#choices.isOdd() && random.chance(0.05)) return `${"a=b&".repeat(random.integer(0, 3000))}x`;
    let body: string;
    if (type.includes("json")) {
      const members = pairs.map(([name, value]) => [name, this.#choices.isOdd() ? oddJson(random) : value]);
      body = JSON.stringify(Object.fromEntries(members));
    } else if (type.startsWith("multipart/")) {
      const parts = pairs.map(
        ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      );
      body = `${parts.join("")}--b--\r\n`;
    } else {
      body = new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString();
    }
    return this.#choices.isOdd() && random.chance(0.2) ? mutated(random, body) : body;
  }
}

// prettier-ignore
const READ: readonly string[] = [
  PATHS.device, PATHS.applications, PATHS.authorize, PATHS.signIn, PATHS.signOut, PATHS.consent, PATHS.loginReturn,
  PATHS.metadata, PATHS.jwks, PATHS.home, PATHS.docs, PATHS.markdown, ...PORTAL, PATHS.openapi, PATHS.llms,
  "/healthz", "/readyz",
];

/** Clients call endpoints by POST; what is read is a page or a document. */
function methodOf(route: string, random: Random): string {
  return READ.includes(route) && random.chance(0.9) ? "GET" : "POST";
}

/** Its body is client metadata, and its token a registration access token. */
function isRegistration(route: string): boolean {
  return route.startsWith(PATHS.register);
}

/** A path that stays on the service's host. */
function pathOf(path: string): string {
  return path.toWellFormed().replace(/^[/\\]*/, "/");
}
