import { randomBytes } from "node:crypto";
import { readClientSettings } from "../../client-settings/settings.ts";
import { TestClock } from "../../test-kit/clock.ts";
import type { Code, NewCode, NewSignIn, PresentedCode } from "../authorization.ts";
import type { NewDeviceRequest, PresentedDeviceCode } from "../devices.ts";
import type { NewRegistration, NewRegistrationToken } from "../registrations.ts";
import type {
  Client,
  EventType,
  Grant,
  GrantHead,
  NewEvent,
  NewGrant,
  NewSubscription,
  PresentedToken,
  RotationPolicy,
} from "../store.ts";

/** Where the tests' clocks begin, ms. */
export const START = Date.UTC(2026, 0, 1);

/** ms. */
export const SECOND = 1000;
export const HOUR = 3600 * SECOND;
export const DAY = 24 * HOUR;

const DEFAULTS = readClientSettings("{}", false);

/** The defaults of a confidential client: window 120 s, idle lifetime 10 days. */
export const POLICY: RotationPolicy = {
  rotation: DEFAULTS.rotation,
  rotationThreshold: DEFAULTS.rotationThreshold,
  reuse: DEFAULTS.reuse,
  lateRetry: DEFAULTS.lateRetry,
  lostWrites: DEFAULTS.lostWrites,
  concurrentUse: DEFAULTS.concurrentUse,
  retryWindow: DEFAULTS.retryWindow,
  refreshIdleTtl: DEFAULTS.refreshIdleTtl,
  bindOnRefresh: DEFAULTS.bindOnRefresh,
};

/** ms; what `POLICY` says in s. */
export const WINDOW = POLICY.retryWindow * SECOND;

/** A clock that stands still until a test sets `at`. */
export class Clock extends TestClock {
  constructor() {
    super(START);
  }
}

let made = 0;

/** A UUIDv7 in shape; later ones sort after earlier ones of the same process. */
export function uuid(): string {
  made += 1;
  const count = made.toString(16).padStart(8, "0");
  return `019b7600-${count.slice(0, 4)}-7${count.slice(4, 7)}-8${count.slice(7)}00-${randomBytes(6).toString("hex")}`;
}

/** SHA-256-sized and unlike any other. */
export function digest(): Buffer {
  return randomBytes(32);
}

/** An event without a payload, as a program that knew no member of it would record it. */
export function bareEvent(
  type: EventType,
  about: { clientId?: string; subject?: string; grantId?: string } = {},
): NewEvent {
  return { type, ...about, data: {} } as NewEvent;
}

/** The columns that a refresh changes, of a grant created at `at`, ms. */
export function newHead(at: number): GrantHead {
  return {
    generation: 0,
    rotatedAt: at,
    lastUsedAt: at,
    windowStartedAt: at,
    windowEndedAt: at,
    windowGeneration: 0,
    windowRetried: false,
    previousWindowGeneration: null,
    previousWindowEndedAt: null,
    previousWindowRetried: false,
    retryScore: 0,
    windowsHeldAt: null,
    windowRetryHeld: false,
  };
}

/** A row as `create` makes it, with `changes`. */
export function grantRow(changes: Partial<Grant> = {}): Grant {
  return {
    id: uuid(),
    clientId: uuid(),
    subject: "subject-1",
    scope: "read write",
    secretHash: digest(),
    createdAt: START,
    expiresAt: START + 365 * DAY,
    authTime: null,
    resource: null,
    binding: null,
    boundGeneration: null,
    parentId: null,
    hasChildren: false,
    claims: null,
    revokedAt: null,
    revokedReason: null,
    ...newHead(START),
    ...changes,
  };
}

/** `grant`'s token of one generation, presented by its client. */
export function presentedToken(
  grant: Pick<Grant, "id" | "secretHash" | "clientId">,
  generation: number,
  policy: Partial<RotationPolicy> = {},
  changes: Partial<PresentedToken> = {},
): PresentedToken {
  return {
    grantId: grant.id,
    generation,
    secretHash: grant.secretHash,
    clientId: grant.clientId,
    scope: undefined,
    resource: undefined,
    binding: null,
    proof: null,
    policy: { ...POLICY, ...policy },
    grantsRevokedAt: null,
    ...changes,
  };
}

export type NewClient = Omit<Client, "createdAt" | "disabledAt" | "grantsRevokedAt">;

/** The table's defaults, and what most tests need. */
export function newClient(changes: Partial<NewClient> = {}): NewClient {
  return {
    ...readClientSettings("{}", changes.public ?? false),
    id: uuid(),
    name: "Example",
    public: false,
    secrets: [{ digest: digest(), expiresAt: null }],
    grantTypes: ["refresh_token", "password"],
    scopes: ["read", "write"],
    redirectUris: ["https://client.example/callback"],
    ...changes,
  };
}

/** A client as a store returns it. */
export function clientFixture(changes: Partial<Client> = {}): Client {
  return { ...newClient(changes), createdAt: START, disabledAt: null, grantsRevokedAt: null, ...changes };
}

export function newGrant(clientId: string, changes: Partial<NewGrant> = {}): NewGrant {
  return {
    id: uuid(),
    clientId,
    subject: "subject-1",
    scope: "read write",
    secretHash: digest(),
    maxTtl: 31_536_000,
    authTime: null,
    resource: null,
    binding: null,
    via: "operator",
    ...changes,
  };
}

/** The browser's sign-in in which the subjects of codes authenticated. */
export const SIGN_IN: NewSignIn = {
  digest: digest(),
  subject: "subject-1",
  name: "Ada",
  ttl: 365 * 86_400,
  replaces: null,
};

/** With a PKCE challenge, and of `SIGN_IN`. */
export function newCode(clientId: string, changes: Partial<NewCode> = {}): NewCode {
  return {
    digest: digest(),
    clientId,
    subject: "subject-1",
    scope: "read",
    resource: null,
    redirectUri: "https://client.example/callback",
    redirectUriNamed: true,
    challenge: digest(),
    authTime: START - HOUR,
    binding: null,
    claims: null,
    ttl: 60,
    consented: false,
    pushed: null,
    signIn: SIGN_IN.digest,
    ...changes,
  };
}

/** As the client that it was issued to would redeem it. */
export function presentedCode(
  code: Pick<Code, "digest" | "clientId" | "redirectUri" | "challenge">,
  changes: Partial<PresentedCode> = {},
): PresentedCode {
  return {
    digest: code.digest,
    clientId: code.clientId,
    redirectUri: code.redirectUri,
    challenge: code.challenge,
    resource: undefined,
    binding: null,
    grant: { id: uuid(), secretHash: digest(), maxTtl: 31_536_000, binding: null },
    ...changes,
  };
}

export function newDeviceRequest(
  clientId: string,
  changes: Partial<NewDeviceRequest> = {},
): NewDeviceRequest {
  const life = { ttl: 600, interval: 5 };
  return {
    digest: digest(),
    userCode: digest(),
    clientId,
    scope: "read",
    resource: null,
    ...life,
    ...changes,
  };
}

/** As the client that asked would poll. */
export function presentedDeviceCode(
  request: Pick<NewDeviceRequest, "digest" | "clientId">,
  changes: Partial<PresentedDeviceCode> = {},
): PresentedDeviceCode {
  return {
    digest: request.digest,
    clientId: request.clientId,
    resource: undefined,
    retryWindow: POLICY.retryWindow,
    grant: { id: uuid(), secretHash: digest(), maxTtl: 31_536_000, binding: null },
    ...changes,
  };
}

/** As the service makes one without an initial access token. */
export function newRegistration(changes: Partial<NewRegistration> = {}): NewRegistration {
  return {
    client: newClient({ selfRegistered: true }),
    tokenDigest: digest(),
    initialToken: null,
    maxUnused: 100,
    actor: "registration",
    ...changes,
  };
}

export function newRegistrationToken(changes: Partial<NewRegistrationToken> = {}): NewRegistrationToken {
  return { id: uuid(), digest: digest(), name: "Partner", ttl: 3600, uses: 1, ...changes };
}

/** A webhook from now on. */
export function newSubscription(changes: Partial<NewSubscription> = {}): NewSubscription {
  const settings = { url: "https://receiver.example/hook", events: ["grant"] };
  return { id: uuid(), kind: "webhook", settings, secrets: digest(), from: "now", ...changes };
}

/** The event of a change of a subscription. */
export function subscriptionEvent(
  type: "subscription.created" | "subscription.paused" | "subscription.resumed" | "subscription.deleted",
  id: string,
): NewEvent {
  return { type, data: { subscription_id: id, kind: "webhook", actor: "operator" } };
}
