import { html } from "hono/html";
import type { PageLink } from "../frame.ts";
import type { Html } from "../isolate.ts";
import type { Language } from "../language.ts";
import { page } from "../page.ts";
import type { Brand, Page } from "../page.ts";
import { placeOfCredentials } from "./credentials.ts";
import type { PlaceOfCredentials } from "./credentials.ts";

interface DemoView {
  /** What the page's script knows of the service and of its client; `client/authorization.js` describes them. */
  settings: Readonly<
    Record<
      | "issuer"
      | "clientId"
      | "scope"
      | "redirectUri"
      | "authorizationEndpoint"
      | "tokenEndpoint"
      | "revocationEndpoint"
      | "explanationEndpoint",
      string
    >
  >;
  credentials: PlaceOfCredentials;
  /** Links of the header. */
  links: readonly PageLink[];
  script: string;
}

/** An OAuth client in the browser: it signs in, shows its tokens, refreshes and revokes them. It is in English. */
export function demoPage(
  brand: Brand,
  language: Language,
  { settings, credentials, links, script }: DemoView,
): Page {
  const body = html`<p class="lead">
      This page is an OAuth client: a public one, in your browser. It shows each request that it sends and
      each response, as they went over the wire.
    </p>
    <noscript><p class="warn">It is a program in JavaScript, which your browser does not run.</p></noscript>
    <p class="note" id="status" role="status"></p>
    <div
      id="demo"
      hidden
      data-issuer="${settings.issuer}"
      data-client-id="${settings.clientId}"
      data-scope="${settings.scope}"
      data-redirect-uri="${settings.redirectUri}"
      data-authorization-endpoint="${settings.authorizationEndpoint}"
      data-token-endpoint="${settings.tokenEndpoint}"
      data-revocation-endpoint="${settings.revocationEndpoint}"
      data-explanation-endpoint="${settings.explanationEndpoint}"
    >
      ${start(credentials)}
      <div class="columns" id="session" hidden>${refreshTokens()}${accessToken()}${wire()}</div>
    </div>`;
  return page(brand, language, {
    title: "Try a sign-in",
    body,
    links,
    script,
    connects: true,
    layout: "demo",
  });
}

function start(credentials: PlaceOfCredentials): Html {
  return html`<section class="card" id="start" aria-labelledby="start-title">
    <h2 id="start-title">Sign in</h2>
    <p>${placeOfCredentials(credentials)}</p>
    <p>You get tokens for an authorization code with PKCE (RFC 7636), and they stay in this tab. Then try:</p>
    <ul>
      <li><b>Refresh.</b> The refresh token is spent, and its successor takes its place.</li>
      <li><b>Lose the response.</b> The same request again brings the same successor: nothing is lost.</li>
      <li><b>Refresh 8 times at once,</b> as tabs and processes do. There is one successor all the same.</li>
      <li>
        <b>Play the thief.</b> Refresh twice, wait until the retry windows are over, a minute, and send the
        oldest token. It is taken for stolen, the session ends, and the service tells you why.
      </li>
    </ul>
    <button class="main" id="sign-in">Sign in</button>
  </section>`;
}

function refreshTokens(): Html {
  return html`<section class="card" aria-labelledby="refresh-title">
    <h2 id="refresh-title">Refresh tokens</h2>
    <div class="actions">
      <button class="main" id="refresh">Refresh</button>
      <button id="lose">Refresh, but lose the response</button>
      <button id="race">Refresh 8 times at once</button>
      <button id="revoke">Revoke</button>
      <button id="explain">Why did it end?</button>
      <button id="restart">Start again</button>
    </div>
    <ol class="tokens" id="tokens"></ol>
  </section>`;
}

function wire(): Html {
  return html`<section id="wire" aria-labelledby="wire-title">
    <h2 id="wire-title">On the wire</h2>
    <p class="soft small">The newest is at the top. Line breaks are added for reading.</p>
    <ol class="log" id="log"></ol>
  </section>`;
}

function accessToken(): Html {
  return html`<section class="card" aria-labelledby="access-title">
    <h2 id="access-title">Access token</h2>
    <p id="expiry"></p>
    <progress id="lifetime" aria-labelledby="expiry"></progress>
    <p class="jwt"><code id="jwt"></code></p>
    <h3><span class="jwt-0">Header</span></h3>
    <pre><code id="header"></code></pre>
    <h3><span class="jwt-1">Claims</span></h3>
    <pre><code id="claims"></code></pre>
  </section>`;
}
