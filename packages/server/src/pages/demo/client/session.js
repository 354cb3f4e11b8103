// @ts-check
/** @import { Pending } from "./authorization.js" */
/** @import { Exchange } from "./wire.js" */

/**
 * One refresh token of the session. Instants in ms since 1970.
 *
 * @typedef {{ value: string, spentAt: number | null }} RefreshToken
 */

/**
 * What the client remembers, in this tab alone.
 *
 * @typedef {object} Session
 * @property {Pending | null} pending an authorization request whose response has not arrived
 * @property {RefreshToken[]} tokens all refresh tokens, the newest last
 * @property {{ jwt: string, issuedAt: number, expiresAt: number } | null} access the newest access token
 * @property {number} retryWindow ms
 * @property {string} lastSent the refresh token that was sent last, "" before: an explanation is asked for it
 * @property {string | null} lost the refresh token of a response that was lost
 * @property {string | null} ended why the session is over
 * @property {Entry[]} log what was sent, the newest last
 */

/**
 * @typedef {object} Entry
 * @property {number} at
 * @property {string} title
 * @property {string} note what it shows
 * @property {string} request
 * @property {string} response
 * @property {number | null} status null: the browser went there itself
 * @property {number | null} ms
 */

const KEY = "regrant-demo";
/** So many entries are kept. */
const MAX_LOG = 50;

/** @returns {Session} */
export function newSession() {
  return {
    pending: null,
    tokens: [],
    access: null,
    retryWindow: 0,
    lastSent: "",
    lost: null,
    ended: null,
    log: [],
  };
}

/**
 * Reads the session of this tab. The browser forgets it when the tab is closed.
 *
 * @returns {Session}
 */
export function loadSession() {
  const stored = sessionStorage.getItem(KEY);
  return stored === null ? newSession() : /** @type {Session} */ (JSON.parse(stored));
}

/** @param {Session} session */
export function saveSession(session) {
  session.log = session.log.slice(-MAX_LOG);
  sessionStorage.setItem(KEY, JSON.stringify(session));
}

/**
 * The newest refresh token, or the one that the client takes for it because a response was lost.
 *
 * @param {Session} session
 */
export function currentToken(session) {
  return session.tokens.at(-1);
}

/** The reasons after which no refresh of the grant succeeds. */
const FINAL = new Set(["expired", "revoked", "reused"]);

/**
 * Takes in a response of the token endpoint, and tells what it was: `first`, `rotated`, `retried` (a spent token got the
 * tokens that were issued before), `late` (the same, after the retry window), `extended` (the token was not rotated), or
 * `refused`.
 *
 * @param {Session} session is changed
 * @param {string | null} sent the refresh token of the request; null: it had a code
 * @param {Pick<Exchange, "status" | "body">} exchange
 * @param {number} now ms since 1970
 */
export function takeIn(session, sent, { status, body }, now) {
  const { access_token, expires_in = 0, refresh_token, refresh_token_retry_window = 0, error_reason } = body;
  if (status !== 200 || access_token === undefined || refresh_token === undefined) {
    if (error_reason !== undefined && FINAL.has(error_reason)) session.ended = error_reason;
    return "refused";
  }
  const spentAt = session.tokens.find(({ value }) => value === sent)?.spentAt ?? now;
  const isLate = now - spentAt > session.retryWindow;
  const isKnown = session.tokens.some(({ value }) => value === refresh_token);
  const wasLost = session.lost === refresh_token;
  session.access = { jwt: access_token, issuedAt: now, expiresAt: now + expires_in * 1000 };
  session.retryWindow = refresh_token_retry_window * 1000;
  session.lost = null;
  if (!isKnown) {
    for (const token of session.tokens) token.spentAt ??= now;
    session.tokens.push({ value: refresh_token, spentAt: null });
  }
  if (sent === null) return "first";
  if (sent === refresh_token) return "extended";
  if (!isKnown && !wasLost) return "rotated";
  return isLate ? "late" : "retried";
}
