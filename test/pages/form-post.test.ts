import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { listen } from "../listen.ts";
import { otherSite } from "./other-site.ts";
import { browser, press, shows, signIn, Site } from "./site.ts";

const OPTIONS = { skip: browser.missing, timeout: 180_000 };

/** A client that takes a form and sends the browser on to `home`, another site. */
async function takesForms(t: TestContext, home: string) {
  const posted: { origin: string | undefined; fields: URLSearchParams }[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    if (request.method === "POST")
      posted.push({ origin: request.headers.origin, fields: new URLSearchParams(body) });
    response.writeHead(303, { Location: home }).end();
  };
  const origin = await listen(t, (request, response) => void take(request, response));
  return { uri: `${origin}/signin-oidc`, posted };
}

for (const javaScriptEnabled of [true, false]) {
  const way = javaScriptEnabled ? "by itself" : "by a button without scripts";
  test(
    `form_post delivers the response to the client ${way}, once, and the client may redirect further`,
    OPTIONS,
    async (t) => {
      const site = await Site.open(t, "SQLite");
      const home = await otherSite(t, "<h1>Home</h1>");
      const { uri, posted } = await takesForms(t, home);
      const flags = ["--grant-type", "authorization_code", "--scope", "read", "--redirect-uri", uri];
      const client = await site.service.createClient("--name", "Shop", ...flags);
      const page = await site.visitor({ javaScriptEnabled });
      const faults: string[] = [];
      page.on("console", (message) => void faults.push(message.text()));
      const asked = { redirect_uri: uri, response_mode: "form_post" };
      const goOn = async () => {
        if (!javaScriptEnabled) await press(page, "Continue");
        await shows(page, "Home");
      };

      await page.goto(site.request(client, asked).url);
      await signIn(page);
      await shows(page, "Allow access?");
      await press(page, "Allow");
      await goOn();
      await page.goto(site.request(client, asked).url);
      await goOn();
      await page.goto(site.request(client, { ...asked, scope: "none-such" }).url);
      await goOn();

      assert.deepEqual(faults, []);
      assert.deepEqual(
        posted.map(({ origin, fields }) => [origin, ...fields.keys()]),
        [
          [site.url, "code", "state", "iss"],
          [site.url, "code", "state", "iss"],
          [site.url, "error", "error_description", "state", "iss"],
        ],
      );
    },
  );
}
