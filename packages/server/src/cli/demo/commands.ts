import type { DemoCredentials } from "./credentials.ts";

/** Commands for any POSIX shell, without comments: pasted into zsh, a comment would be an error. */
export function demoCommands(issuer: string, credentials: DemoCredentials): string {
  const { client_id, client_secret, username, password } = credentials;
  const client = `--data client_id="$CLIENT_ID" --data client_secret="$CLIENT_SECRET"`;
  // Not jq: it is often not installed.
  const member = (name: string) => `sed -n 's/.*"${name}":"\\([^"]*\\)".*/\\1/p'`;
  const keep = `printf '%s\\n' "$RESPONSE"
REFRESH_TOKEN=$(printf '%s\\n' "$RESPONSE" | ${member("refresh_token")})`;
  return `SERVICE=${issuer}
CLIENT_ID=${client_id}
CLIENT_SECRET=${client_secret}

echo; echo "First tokens, for a username and a password:"
RESPONSE=$(curl -s "$SERVICE/oauth/token" --data grant_type=password ${client} \\
  --data username=${username} --data password=${password})
${keep}

echo; echo "The refresh, as a form:"
RESPONSE=$(curl -s "$SERVICE/oauth/token" --data grant_type=refresh_token ${client} \\
  --data refresh_token="$REFRESH_TOKEN")
${keep}

echo; echo "The refresh, as multipart:"
RESPONSE=$(curl -s "$SERVICE/oauth/token" --form grant_type=refresh_token --form client_id="$CLIENT_ID" \\
  --form client_secret="$CLIENT_SECRET" --form refresh_token="$REFRESH_TOKEN")
${keep}
ACCESS_TOKEN=$(printf '%s\\n' "$RESPONSE" | ${member("access_token")})

echo; echo "Introspection of the access token:"
curl -s "$SERVICE/oauth/introspect" -u "$CLIENT_ID:$CLIENT_SECRET" --data token="$ACCESS_TOKEN"; echo

echo; echo "Revocation, and introspection after it:"
curl -s "$SERVICE/oauth/revoke" -u "$CLIENT_ID:$CLIENT_SECRET" --data token="$REFRESH_TOKEN"; echo
curl -s "$SERVICE/oauth/introspect" -u "$CLIENT_ID:$CLIENT_SECRET" --data token="$ACCESS_TOKEN"; echo`;
}
