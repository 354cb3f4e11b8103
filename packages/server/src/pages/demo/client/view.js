// @ts-check
import { decodeJwt } from "./authorization.js";
import { spanText } from "./notes.js";
/** @import { Entry, RefreshToken, Session } from "./session.js" */

/** Texts that change with time: each is written again every second. @type {Map<Element, () => string>} */
const clocks = new Map();
setInterval(() => {
  for (const [element, text] of clocks) {
    if (element.isConnected) element.textContent = text();
    else clocks.delete(element);
  }
}, 1000);

/**
 * An element of the page.
 *
 * @param {string} id
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`element not found: ${id}`);
  return found;
}

/**
 * Makes an element. Texts stay texts: nothing that a response holds becomes markup.
 *
 * @param {string} name
 * @param {string} className
 * @param {...(Node | string)} children
 */
function make(name, className, ...children) {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  made.append(...children);
  return made;
}

/**
 * A text that changes with time.
 *
 * @param {string} className
 * @param {() => string} text
 */
function clock(className, text) {
  const made = make("span", className, text());
  clocks.set(made, text);
  return made;
}

/**
 * A word about a state, in its colour: `good`, `warn`, `bad`, or "" for none.
 *
 * @param {string} tone
 * @param {string} text
 */
function badge(tone, text) {
  return make("span", `badge ${tone}`.trim(), text);
}

const TONES = { current: "good", spent: "", ended: "bad" };

/**
 * Shows all refresh tokens, the newest first. Each spent one has a button that sends it again.
 *
 * @param {Session} session
 * @param {(token: RefreshToken) => void} sendAgain
 */
export function showRefreshTokens(session, sendAgain) {
  const { tokens, ended } = session;
  // The buttons are made again, and one of them may have the focus.
  const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset["token"];
  const items = tokens.map((token, index) => {
    const isSpent = token.spentAt !== null;
    const state = isSpent ? "spent" : ended === null ? "current" : "ended";
    const text = clock("soft small", () => fate(session, token));
    const item = make(
      "li",
      state,
      make("p", "", badge(TONES[state], state), ` Token ${index + 1} `, text),
      make("code", "", token.value),
    );
    if (isSpent) {
      const button = make("button", "", `Send token ${index + 1} again`);
      button.dataset["token"] = token.value;
      button.addEventListener("click", () => sendAgain(token));
      item.append(button);
    }
    return item;
  });
  byId("tokens").replaceChildren(...items.toReversed());
  if (focused === undefined) return;
  const again = [...document.querySelectorAll("button")].find(({ dataset }) => dataset["token"] === focused);
  again?.focus();
}

/**
 * What a refresh with a token would meet.
 *
 * @param {Session} session
 * @param {RefreshToken} token
 */
function fate({ ended, retryWindow, tokens }, { spentAt }) {
  if (ended !== null) return `the session is over: ${ended}`;
  if (spentAt === null) return "a refresh rotates it";
  const left = spentAt + retryWindow - Date.now();
  if (left > 0) return `a retry gets token ${tokens.length} for ${spanText(left)} more`;
  return `spent ${spanText(Date.now() - spentAt)} ago: its retry window is over, and sending it may end the session`;
}

/**
 * Shows the access token, what it contains, and how long it is valid.
 *
 * @param {NonNullable<Session["access"]>} access
 */
export function showAccessToken({ jwt, issuedAt, expiresAt }) {
  const parts = jwt.split(".").map((part, index) => make("span", `jwt-${index}`, part));
  byId("jwt").replaceChildren(...parts.flatMap((part, index) => (index === 0 ? [part] : [".", part])));
  const [header, claims] = decodeJwt(jwt);
  byId("header").textContent = JSON.stringify(header, null, 2);
  byId("claims").textContent = JSON.stringify(claims, null, 2);
  const bar = /** @type {HTMLProgressElement} */ (byId("lifetime"));
  const expiry = byId("expiry");
  bar.max = expiresAt - issuedAt;
  const text = () => {
    const left = expiresAt - Date.now();
    bar.value = Math.max(0, left);
    return left > 0 ? `Expires in ${spanText(left)}` : "Expired: refresh to get the next one";
  };
  expiry.textContent = text();
  clocks.set(expiry, text);
}

/**
 * Puts an entry on top of the log. On a wide screen its request and response are open, until the next comes.
 *
 * @param {Entry} entry
 * @param {Session["tokens"]} tokens
 */
export function addToLog({ at, title, note, request, response, status, ms }, tokens) {
  const log = byId("log");
  for (const open of log.querySelectorAll("details[open]")) open.removeAttribute("open");
  const took = ms === null ? "" : ` · ${ms} ms`;
  const wire = make(
    "details",
    "",
    make("summary", "", make("code", "", request.split("\n", 1)[0] ?? ""), took),
    codeBox("Request", request, tokens),
    codeBox("Response", response, tokens),
  );
  // On a narrow screen it would push away what follows.
  wire.toggleAttribute("open", matchMedia("(min-width: 64rem)").matches);
  const time = make("span", "soft small", new Date(at).toLocaleTimeString());
  log.prepend(
    make("li", "", make("h3", "", title, " ", statusBadge(status)), time, make("p", "", note), wire),
  );
}

/** @param {number | null} status */
function statusBadge(status) {
  if (status === null) return badge("", "browser");
  if (status === 0) return badge("warn", "no response");
  return badge(status < 300 ? "good" : "bad", String(status));
}

const REFRESH_TOKEN = /(rgr_[\w-]+)/;

/**
 * What went over the wire. Refresh tokens are marked with their number.
 *
 * @param {string} title
 * @param {string} text
 * @param {Session["tokens"]} tokens
 */
function codeBox(title, text, tokens) {
  const parts = text.split(REFRESH_TOKEN).map((part) => {
    const index = tokens.findIndex(({ value }) => value === part);
    if (index === -1) return part;
    const mark = make("mark", "", part);
    mark.dataset["token"] = String(index + 1);
    return mark;
  });
  return make("div", "", make("p", "soft small", title), make("pre", "", make("code", "", ...parts)));
}
