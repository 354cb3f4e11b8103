import { written } from "./example.ts";
import type { Example, Value } from "./example.ts";
import { quoted } from "./quoting.ts";

export const python: Example = {
  language: "python",
  label: "Python (requests)",
  run: (name) => ({
    file: `${name}.py`,
    // The authorization request is made without a library.
    ...(name === "authorize" ? {} : { install: "pip install requests" }),
    command: `python3 ${name}.py`,
  }),
  send: ({ endpoint, parameters }) => `import os

import requests

response = requests.post(
    ${quoted(endpoint)},
    data={
${parameters.map(([name, value]) => `        ${quoted(name)}: ${pythonValue(value)},\n`).join("")}    },
    timeout=30,
)
print(response.text)`,
  authorize: ({ authorizationEndpoint, clientId, redirectUri }) => `import base64
import hashlib
import os
import secrets
from urllib.parse import urlencode

code_verifier = secrets.token_urlsafe(32)
state = secrets.token_urlsafe(16)
digest = hashlib.sha256(code_verifier.encode()).digest()

print("CODE_VERIFIER=" + code_verifier)
print("STATE=" + state)
print(${quoted(`${authorizationEndpoint}?`)} + urlencode({
    "response_type": "code",
    "client_id": ${pythonValue(clientId)},
    "redirect_uri": ${pythonValue(redirectUri)},
    "state": state,
    "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
    "code_challenge_method": "S256",
}))`,
};

function pythonValue(value: Value): string {
  return written(value, quoted, (env) => `os.environ[${quoted(env)}]`);
}
