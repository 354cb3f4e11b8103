// oidc-provider, a foreign authorization server, unmodified: a public client, DPoP, and userinfo as its API.
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const CLIENT_ID = "program";
const REDIRECT_URI = "https://app.example.com/callback";
const SCOPE = "openid offline_access";

/**
 * @param {import("node:test").TestContext} t ends it
 * @param {boolean} requireNonce whether each proof needs a nonce of the server
 */
export async function startOidcProvider(t, requireNonce) {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close().closeAllConnections());
  const issuer = `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        grant_types: ["authorization_code", "refresh_token"],
        redirect_uris: [REDIRECT_URI],
        token_endpoint_auth_method: "none",
      },
    ],
    clientBasedCORS: () => true,
    cookies: { keys: ["test"] },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => requireNonce },
    },
    rotateRefreshToken: true,
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 3600, RefreshToken: 3600 },
  });
  /** @type {{ url: string, status: number, headers: import("node:http").IncomingHttpHeaders }[]} */
  const seen = [];
  const handle = provider.callback();
  server.on("request", (request, response) => {
    response.on("finish", () => {
      seen.push({ url: request.url ?? "", status: response.statusCode, headers: request.headers });
    });
    void handle(request, response);
  });

  /** What a person's consent has led to: the parameters of a code's token request. */
  async function authorize() {
    const verifier = randomBytes(32).toString("base64url");
    const client = await provider.Client.find(CLIENT_ID);
    const grant = new provider.Grant({ accountId: "ada", clientId: CLIENT_ID });
    grant.addOIDCScope(SCOPE);
    const code = new provider.AuthorizationCode({
      accountId: "ada",
      client,
      grantId: await grant.save(),
      redirectUri: REDIRECT_URI,
      scope: SCOPE,
      codeChallenge: createHash("sha256").update(verifier).digest("base64url"),
      codeChallengeMethod: "S256",
      authTime: Math.floor(Date.now() / 1000),
    });
    return {
      grant_type: "authorization_code",
      client_id: CLIENT_ID,
      code: await code.save(),
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
    };
  }

  return {
    issuer,
    clientId: CLIENT_ID,
    tokenEndpoint: `${issuer}/token`,
    api: `${issuer}/me`,
    seen,
    authorize,
  };
}
