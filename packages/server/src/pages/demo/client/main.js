// @ts-check
import { authorizationRequest, readAuthorizationResponse } from "./authorization.js";
import { noteOf, raceNote } from "./notes.js";
import { currentToken, loadSession, newSession, saveSession, takeIn } from "./session.js";
import { addToLog, byId, showAccessToken, showRefreshTokens } from "./view.js";
import { formText, post } from "./wire.js";
/** @import { Settings } from "./authorization.js" */
/** @import { Entry } from "./session.js" */
/** @import { Exchange } from "./wire.js" */

const settings = /** @type {Settings} */ (/** @type {unknown} */ (byId("demo").dataset));
const { clientId, redirectUri } = settings;
const PAGE = redirectUri.slice(0, redirectUri.lastIndexOf("/"));
/** How many requests race. */
const RACERS = 8;

let session = loadSession();

/** @param {Record<string, string>} parameters */
const requestTokens = (parameters) => post(settings.tokenEndpoint, { ...parameters, client_id: clientId });

/** @param {string} token */
const refresh = (token) => {
  session.lastSent = token;
  return requestTokens({ grant_type: "refresh_token", refresh_token: token });
};

const ACTIONS = {
  async "sign-in"() {
    session = newSession();
    const { url, pending } = await authorizationRequest(settings);
    session.pending = pending;
    record("Authorization request", browserRequest(url), "The service shows its sign-in and consent pages.", {
      note: "The browser goes to the service. code_challenge is the SHA-256 of a secret that stays in this tab.",
    });
    location.assign(url);
  },
  async refresh() {
    await refreshWith(currentToken(session)?.value ?? "", "Refresh");
  },
  async lose() {
    const exchange = await refresh(currentToken(session)?.value ?? "");
    if (exchange.status !== 200) return accept("Refresh", session.lastSent, exchange);
    session.lost = exchange.body.refresh_token ?? null;
    recordExchange("Refresh, response lost", exchange, {
      note:
        "The service rotated, but this page threw the response away, as a dropped connection would. It still has the " +
        "spent token: refresh again, and the retry brings what was lost.",
    });
  },
  async race() {
    const token = currentToken(session)?.value ?? "";
    const exchanges = await Promise.all(Array.from({ length: RACERS }, () => refresh(token)));
    const [first] = exchanges;
    if (first === undefined) return;
    for (const exchange of exchanges) takeIn(session, token, exchange, Date.now());
    recordExchange(`${RACERS} refreshes at once`, first, {
      note: raceNote(exchanges) ?? noteOf("refused", first),
    });
  },
  async revoke() {
    const token = currentToken(session)?.value ?? "";
    session.lastSent = token;
    const exchange = await post(settings.revocationEndpoint, { token, client_id: clientId });
    if (exchange.status === 200) session.ended = "revoked";
    recordExchange("Revocation", exchange, {
      note:
        "The grant is revoked, and all of its tokens with it: try a refresh. The access token is a JWT: APIs that follow " +
        "the feed of revocations refuse it within a second, others until it expires.",
    });
  },
  async explain() {
    const exchange = await post(settings.explanationEndpoint, {
      token: session.lastSent,
      client_id: clientId,
    });
    const { sentences } = exchange.body;
    const note = sentences?.join(" ") ?? noteOf("refused", exchange);
    recordExchange("Why did it end?", exchange, { note });
  },
  async restart() {
    session = newSession();
    byId("log").replaceChildren();
    tell("", "note");
  },
};

/**
 * @param {string} token
 * @param {string} title
 */
async function refreshWith(token, title) {
  accept(title, token, await refresh(token));
}

/**
 * Takes a response of the token endpoint in, and records it with what it shows.
 *
 * @param {string} title
 * @param {string | null} sent
 * @param {Exchange} exchange
 */
function accept(title, sent, exchange) {
  recordExchange(title, exchange, { note: noteOf(takeIn(session, sent, exchange, Date.now()), exchange) });
}

/**
 * @param {string} title
 * @param {Exchange} exchange
 * @param {{ note: string }} shown
 */
function recordExchange(title, { request, response, status, ms }, { note }) {
  record(title, request, response, { note, status, ms });
}

/**
 * @param {string} title
 * @param {string} request
 * @param {string} response
 * @param {{ note: string, status?: number | null, ms?: number | null }} rest
 */
function record(title, request, response, { note, status = null, ms = null }) {
  /** @type {Entry} */
  const entry = { at: Date.now(), title, note, request, response, status, ms };
  session.log.push(entry);
  addToLog(entry, session.tokens);
  tell(note, "note logged");
}

/**
 * Says what happened, above the tokens. On a wide screen the log, which is then beside them, says it.
 *
 * @param {string} text
 */
function tell(text, className = "warn") {
  const status = byId("status");
  status.className = className;
  status.textContent = text;
}

/** @param {string} url */
function browserRequest(url) {
  const { pathname, search, host } = new URL(url);
  return `GET ${pathname}\n${formText(search)}\nhost: ${host}`;
}

/** Reads the authorization response in the URL, removes it from there, and redeems its code. */
async function finishSignIn() {
  const received = new URL(location.href);
  history.replaceState(null, "", PAGE);
  const read = readAuthorizationResponse(received.searchParams, session.pending, settings.issuer);
  if (read === null) {
    tell("This response belongs to no request of this tab, so it is not used.");
    return;
  }
  session.pending = null;
  record("Authorization response", browserRequest(received.href), "This page.", {
    note:
      "refusal" in read
        ? read.refusal
        : "The service sent the browser back with a code. state and iss are those that this tab expects.",
  });
  if ("refusal" in read) return;
  const exchange = await requestTokens({
    grant_type: "authorization_code",
    code: read.code,
    redirect_uri: redirectUri,
    code_verifier: read.verifier,
  });
  accept("Tokens for the code", null, exchange);
}

/** Shows the session as it is now. */
function show() {
  const isSignedIn = session.access !== null;
  byId("start").hidden = isSignedIn;
  byId("session").hidden = !isSignedIn;
  if (!isSignedIn) byId("status").classList.remove("logged");
  if (session.access !== null) showAccessToken(session.access);
  showRefreshTokens(session, ({ value }) => {
    void run(() => refreshWith(value, "Spent token sent again"));
  });
  for (const id of /** @type {const} */ (["lose", "race", "revoke"]))
    byId(id).hidden = session.ended !== null;
  byId("explain").hidden = session.ended === null || settings.explanationEndpoint === "";
}

/**
 * Runs one action at a time; meanwhile the buttons do nothing.
 *
 * @param {() => Promise<void>} action
 */
async function run(action) {
  if (document.body.ariaBusy === "true") return;
  document.body.ariaBusy = "true";
  try {
    await action();
  } catch (error) {
    tell(`This page failed: ${String(error)}`);
  }
  saveSession(session);
  show();
  document.body.ariaBusy = "false";
}

for (const [id, action] of Object.entries(ACTIONS)) {
  byId(id).addEventListener("click", () => void run(action));
}
if (location.origin !== new URL(PAGE).origin) {
  // The issuer has one name, and only under it the session and the callback are those of this page.
  location.replace(PAGE);
} else if (crypto.subtle === undefined) {
  tell("Browsers offer SHA-256, which PKCE needs, over https and on loopback addresses only.");
} else {
  for (const entry of session.log) addToLog(entry, session.tokens);
  byId("demo").hidden = false;
  if (location.href.startsWith(`${redirectUri}?`)) await run(finishSignIn);
  else show();
}
