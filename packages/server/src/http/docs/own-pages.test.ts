import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { temporaryFolder } from "../../../../../test/temporary-folder.ts";
import { ConfigError } from "../../config/config-error.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import { ISSUER, startService } from "../../testing.ts";

const folder = temporaryFolder();
const FILES = {
  "10-rate-limits.md": `---
description: How many requests you may send.
---
# Rate limits

See [errors](20-api-errors.md).

![A chart](https://cdn.example/chart.png)

<script>alert(1)</script>

## Headers

\`\`\`php
<?php // {token_endpoint}
\`\`\`
`,
  "20-api-errors.md": "# Errors of the API\n\nText\n",
  "20-api-errors.de.md": "# Fehler der API\n\nText\n",
};
for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);

const service = await startService({ docsFolder: folder, providerName: "Example" });
after(() => service.close());

async function read(path: string, headers: Record<string, string> = {}) {
  const { status, headers: sent, text } = await service.send(path, { headers });
  assert.equal(status, 200, text);
  return { text, headers: sent };
}

describe("a provider's own page", () => {
  test("is in the index and in the navigation of each page, after Regrant's", async () => {
    for (const path of [PATHS.docs, "/docs/refreshing-tokens", "/docs/api-errors"]) {
      const { text } = await read(`${path}?client_id=x`);
      const [menu = ""] = /<nav class="menu"[^]*?<\/nav>/.exec(text) ?? [];
      const links = [...menu.matchAll(/href="\/docs\/([\w-]+)\?client_id=x"/g)].map(([, slug]) => slug);
      assert.deepEqual(links.slice(-2), ["rate-limits", "api-errors"], path);
      assert.ok(links.includes("refreshing-tokens"));
    }
    assert.match((await read(PATHS.docs)).text, /How many requests you may send\./);
  });

  test("is a page like the others: in the frame, without a script, with the images that it has", async () => {
    const { text, headers } = await read("/docs/rate-limits");
    assert.match(text, /<title>Rate limits – Example<\/title>/);
    assert.match(text, /<h2 id="headers-title">Headers<\/h2>/);
    assert.ok(text.includes(`&lt;?php // ${ISSUER}/oauth/token`));
    assert.ok(text.includes("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert.doesNotMatch(text, /<script>alert/);
    assert.match(text, /<a href="\/docs\/api-errors">errors<\/a>/);
    const policy = headers.get("content-security-policy") ?? "";
    assert.match(policy, /^default-src 'none'; /);
    assert.match(policy, /img-src data: https:\/\/cdn\.example; /);
    const { headers: others } = await read("/docs/api-errors");
    assert.match(others.get("content-security-policy") ?? "", /img-src data:; /);
  });

  test("is in the reader's language, and says so where it is in another", async () => {
    const { text: german } = await read("/docs/api-errors", { "accept-language": "de" });
    assert.match(german, /<h1>Fehler der API<\/h1>/);
    const { text } = await read("/docs/api-errors", { "accept-language": "it" });
    assert.match(text, /<html lang="it"/);
    assert.match(text, / lang="en" dir="ltr">/);
  });

  test("is Markdown as it was written, alone and among all", async () => {
    const { text, headers } = await read("/docs/rate-limits.md");
    assert.equal(headers.get("content-type"), "text/markdown; charset=UTF-8");
    assert.match(
      text,
      /^# Rate limits\n\nHow many requests you may send\.\n\n<https:\/\/auth\.example\/docs\/rate-limits>\n/,
    );
    assert.ok(text.includes(`[errors](${ISSUER}/docs/api-errors.md)`));
    assert.ok(text.includes(`\`\`\`php\n<?php // ${ISSUER}/oauth/token\n\`\`\``));
    assert.ok((await read(PATHS.markdown)).text.includes(text));
    assert.equal((await read("/docs/rate-limits", { accept: "text/markdown" })).text, text);
    assert.match((await read("/docs/api-errors.md?ui_locales=de")).text, /^# Fehler der API\n/);
  });

  test("is in llms.txt and in the OpenAPI document", async () => {
    const { text } = await read(PATHS.llms);
    assert.ok(
      text.includes(`- [Rate limits](${ISSUER}/docs/rate-limits.md): How many requests you may send.\n`),
    );
    assert.ok(text.includes(`- [Errors of the API](${ISSUER}/docs/api-errors.md)\n`));
    const { body } = await service.send(PATHS.openapi);
    const { paths } = body as {
      paths: Record<string, { get: { parameters: { schema: { enum: string[] } }[] } }>;
    };
    const [page] = paths["/docs/{page}.md"]?.get.parameters ?? [];
    assert.deepEqual(page?.schema.enum.slice(-2), ["rate-limits", "api-errors"]);
  });

  test("is counted with all own pages under one name", async () => {
    const before = await service.counted("docs_own_page", "shown");
    await read("/docs/api-errors");
    await read("/docs/rate-limits");
    assert.equal(await service.counted("docs_own_page", "shown"), before + 2);
  });
});

test("no request names a file", async () => {
  const paths = [
    "/docs/20-api-errors.md",
    "/docs/10-rate-limits",
    "/docs/api-errors.de.md",
    "/docs/..%2F..%2Fetc%2Fpasswd",
    "/docs/..%2Fapi-errors.md",
    "/docs/%2e%2e/api-errors.md.md",
    "/docs/api-errors.md/",
    "/docs/api-errors%00.md",
  ];
  for (const path of paths) assert.equal((await service.send(path)).status, 404, path);
});

test("what is not shown as it was meant is logged at start, with its file", () => {
  const warnings = service.log.filter(({ level }) => level === 40).map(({ msg }) => String(msg));
  assert.equal(warnings.length, 1);
  assert.ok(warnings[0]?.startsWith(`docsFolder: ${join(folder, "10-rate-limits.md")}: the HTML "<script>`));
});

test("a folder that cannot be used is an error of the configuration, which names every file", async () => {
  const broken = temporaryFolder();
  writeFileSync(join(broken, "refreshing-tokens.md"), "# Mine");
  writeFileSync(join(broken, "empty.md"), "");
  await assert.rejects(startService({ docsFolder: broken }), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.equal(error.violations.length, 2);
    for (const violation of error.violations)
      assert.ok(violation.startsWith(`docsFolder: ${broken}/`), violation);
    return true;
  });
});

test("without documentation the folder is not read", async (t) => {
  const off = await startService({ docs: false, docsFolder: "/nowhere" });
  t.after(() => off.close());
  assert.equal((await off.send("/docs/api-errors")).status, 404);
});
