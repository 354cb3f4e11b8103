/** How one MCP host makes itself known, as far as it is public. `docs/mcp.md` has a row for each. */
export interface McpHost {
  /** As in the first column of the table. */
  readonly name: string;
  /** The URL of its client ID metadata document; undefined: it registers. */
  readonly document?: string;
  /** The document without its `client_id`, or the body of the registration. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The redirect URI of its authorization request; a loopback one has a port that its system chose. */
  readonly redirectUri: string;
  /** The scope of its authorization request. */
  readonly scope: string;
}

const CODE = ["authorization_code", "refresh_token"];
const PUBLIC = { response_types: ["code"], token_endpoint_auth_method: "none" };
const SCOPE = "notes offline_access";
const INSPECTOR = "http://localhost:6274/oauth/callback";

/**
 * The shapes that hosts publish, or were seen to send, in 2025 and 2026: from their documents, sources and trackers. What
 * is not public (most of Windsurf's and Copilot Studio's) is filled in as the MCP SDK does it.
 */
export const MCP_HOSTS: readonly McpHost[] = [
  {
    name: "Claude, with its document",
    document: "https://claude.ai/oauth/mcp-oauth-client-metadata",
    metadata: {
      client_name: "Claude",
      client_uri: "https://claude.ai",
      redirect_uris: ["https://claude.ai/api/mcp/auth_callback"],
      grant_types: [...CODE, "urn:ietf:params:oauth:grant-type:jwt-bearer"],
      ...PUBLIC,
    },
    redirectUri: "https://claude.ai/api/mcp/auth_callback",
    scope: SCOPE,
  },
  {
    name: "Claude, registering",
    metadata: {
      client_name: "Claude",
      redirect_uris: ["https://claude.ai/api/mcp/auth_callback"],
      grant_types: CODE,
      response_types: ["code"],
      token_endpoint_auth_method: "client_secret_post",
    },
    redirectUri: "https://claude.ai/api/mcp/auth_callback",
    scope: SCOPE,
  },
  {
    name: "Claude Code, with its document",
    document: "https://claude.ai/oauth/claude-code-client-metadata",
    metadata: {
      client_name: "Claude Code",
      client_uri: "https://claude.ai",
      redirect_uris: ["http://localhost/callback", "http://127.0.0.1/callback"],
      grant_types: CODE,
      ...PUBLIC,
    },
    redirectUri: "http://localhost:55611/callback",
    scope: SCOPE,
  },
  {
    name: "Claude Code, registering",
    metadata: {
      client_name: "Claude Code (notes)",
      redirect_uris: ["http://localhost:3118/callback"],
      grant_types: CODE,
      application_type: "native",
      ...PUBLIC,
    },
    redirectUri: "http://localhost:3118/callback",
    scope: SCOPE,
  },
  {
    name: "ChatGPT, with its document",
    document: "https://chatgpt.com/oauth/AbCdEf123456/client.json",
    metadata: {
      client_name: "ChatGPT",
      client_uri: "https://chatgpt.com/",
      redirect_uris: ["https://chatgpt.com/connector/oauth/AbCdEf123456"],
      grant_types: CODE,
      response_types: ["code"],
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_methods_supported: ["none", "private_key_jwt"],
      token_endpoint_auth_signing_alg: "RS256",
      jwks_uri: "https://chatgpt.com/oauth/jwks.json",
    },
    redirectUri: "https://chatgpt.com/connector/oauth/AbCdEf123456",
    scope: SCOPE,
  },
  {
    name: "ChatGPT, registering",
    metadata: {
      client_name: "ChatGPT",
      redirect_uris: ["https://chatgpt.com/connector_platform_oauth_redirect"],
      grant_types: CODE,
      ...PUBLIC,
    },
    redirectUri: "https://chatgpt.com/connector_platform_oauth_redirect",
    scope: SCOPE,
  },
  {
    name: "Codex",
    metadata: {
      client_name: "Codex",
      redirect_uris: ["http://127.0.0.1:37819/callback/k3v9"],
      grant_types: CODE,
      application_type: "native",
      ...PUBLIC,
    },
    redirectUri: "http://127.0.0.1:37819/callback/k3v9",
    scope: "notes",
  },
  {
    name: "VS Code, with its document",
    document: "https://vscode.dev/oauth/client-metadata.json",
    metadata: {
      client_name: "Visual Studio Code",
      client_uri: "https://vscode.dev/product",
      redirect_uris: ["http://127.0.0.1:33418/", "https://vscode.dev/redirect"],
      grant_types: [...CODE, "urn:ietf:params:oauth:grant-type:device_code"],
      application_type: "native",
      ...PUBLIC,
    },
    redirectUri: "http://127.0.0.1:49231/",
    scope: SCOPE,
  },
  {
    name: "VS Code, registering",
    metadata: {
      client_name: "Visual Studio Code",
      client_uri: "https://code.visualstudio.com",
      redirect_uris: [
        "https://insiders.vscode.dev/redirect",
        "https://vscode.dev/redirect",
        "http://127.0.0.1/",
        "http://127.0.0.1:33418/",
      ],
      // Those of its list that the authorization server's metadata names.
      grant_types: [...CODE, "urn:ietf:params:oauth:grant-type:device_code"],
      scope: "notes",
      application_type: "native",
      ...PUBLIC,
    },
    redirectUri: "https://vscode.dev/redirect",
    scope: "notes",
  },
  {
    name: "Cursor",
    metadata: {
      client_name: "Cursor",
      redirect_uris: [
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "https://www.cursor.com/agents/mcp/oauth/callback",
        "http://localhost:8787/callback",
      ],
      token_endpoint_auth_method: "none",
    },
    redirectUri: "cursor://anysphere.cursor-mcp/oauth/callback",
    scope: "notes",
  },
  {
    name: "Windsurf",
    metadata: {
      client_name: "Windsurf",
      redirect_uris: ["windsurf://codeium.windsurf/callback", "http://localhost:41563/oauth/callback"],
      grant_types: CODE,
      ...PUBLIC,
    },
    redirectUri: "windsurf://codeium.windsurf/callback",
    scope: "notes",
  },
  {
    name: "Copilot Studio",
    metadata: {
      client_name: "Notes MCP",
      redirect_uris: ["https://global.consent.azure-apim.net/redirect/cr938-5fnotes-20mcp-5f43bcb8573bc3e84"],
      grant_types: CODE,
      response_types: ["code"],
    },
    redirectUri: "https://global.consent.azure-apim.net/redirect/cr938-5fnotes-20mcp-5f43bcb8573bc3e84",
    scope: SCOPE,
  },
  {
    name: "MCP Inspector",
    metadata: {
      client_name: "MCP Inspector",
      client_uri: "https://github.com/modelcontextprotocol/inspector",
      redirect_uris: [INSPECTOR, `${INSPECTOR}/debug`],
      grant_types: CODE,
      scope: "",
      ...PUBLIC,
    },
    redirectUri: `${INSPECTOR}/debug`,
    scope: "notes",
  },
  {
    name: "Goose",
    document: "https://goose-docs.ai/oauth/client-metadata.json",
    metadata: {
      client_name: "Goose",
      redirect_uris: ["http://localhost/oauth_callback"],
      grant_types: ["authorization_code"],
      scope: "openid profile email",
      code_challenge_methods_supported: ["S256"],
      ...PUBLIC,
    },
    redirectUri: "http://localhost:51204/oauth_callback",
    scope: "notes",
  },
  {
    name: "OpenCode",
    document: "https://opencode.ai/oauth/opencode/client.json",
    metadata: {
      client_name: "opencode",
      client_uri: "https://opencode.ai",
      logo_uri: "https://opencode.ai/web-app-manifest-512x512.png",
      redirect_uris: ["http://127.0.0.1/callback", "http://localhost/callback"],
      grant_types: CODE,
      application_type: "native",
      token_endpoint_auth_methods_supported: ["none"],
      ...PUBLIC,
    },
    redirectUri: "http://127.0.0.1:19876/callback",
    scope: SCOPE,
  },
];
