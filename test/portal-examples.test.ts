// Every example of the documentation portal, run as the page shows it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { launch, servePage } from "./browser.ts";
import { needChromium, needOpenssl, needPhp, needPython, present } from "./need.ts";
import type { Program } from "./need.ts";
import { ADA, Customer, GETTING, REFRESHING } from "./portal-customer.ts";
import type { Variables } from "./portal-customer.ts";
import { authorizeInPage, refreshInPage } from "./portal-in-page.ts";
import { assertRefreshed, Programs, TIMEOUT, tokensIn } from "./portal-programs.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const [php, python, browser, openssl] = await Promise.all([
  needPhp("curl"),
  needPython("requests"),
  needChromium(),
  needOpenssl(),
]);
const node: Program = { path: process.execPath, missing: false };
const curl: Program = { ...present("curl"), missing: present("curl").missing || openssl.missing };

/** The languages whose examples are programs, and what each needs. */
const LANGUAGES: Readonly<Record<string, Program>> = {
  curl,
  php,
  node,
  python,
  go: present("go", "/usr/local/go/bin/go"),
  java: present("java"),
  csharp: present("dotnet"),
};

// A few at once: compilers take most of the time, and the machine has other tests to run.
test("each example runs as the page shows it", { timeout: 3 * TIMEOUT, concurrency: 3 }, async (t) => {
  const customer = await Customer.prepare(t);
  const count = Object.keys(LANGUAGES).length + 3;
  const refreshTokens = await customer.service.issueGrants(customer.server, "subject-1", count);
  const refreshToken = () => refreshTokens.pop() ?? "";

  const languages = Object.entries(LANGUAGES).map(([language, program]) =>
    t.test(`in ${language}`, { skip: program.missing, timeout: TIMEOUT }, async () => {
      const programs = await Programs.prepare(language, program);
      await refresh(customer, programs, refreshToken());
      await useClientCredentials(customer, programs);
      await exchangeCode(customer, programs);
    }),
  );
  await Promise.all([
    ...languages,
    t.test("with the reader's own client id in it", { skip: php.missing, timeout: TIMEOUT }, async () => {
      const query = `?client_id=${customer.server.client_id}`;
      const programs = await Programs.prepare("php", php);
      await refresh(customer, programs, refreshToken(), { query, variables: { CLIENT_ID: "" } });
    }),
    t.test("on a device, and with a password, in curl", { skip: curl.missing, timeout: TIMEOUT }, () =>
      useOtherGrants(customer),
    ),
    t.test("in a web page", { skip: browser.missing, timeout: TIMEOUT }, async (t) => {
      const running = await launch(t, browser);
      const jquery = createRequire(import.meta.url).resolve("jquery");
      const origin = await servePage(t, { "jquery.js": await readFile(jquery, "utf8") });
      for (const language of ["jquery", "fetch"]) {
        const page = await running.newPage();
        await page.goto(origin);
        await refreshInPage(customer, page, language, refreshToken());
        await authorizeInPage(customer, page, language, origin);
      }
    }),
    t.test("and its strings hold any client id", { skip: php.missing || python.missing }, () =>
      printStrings(customer),
    ),
  ]);
});

async function refresh(
  customer: Customer,
  programs: Programs,
  token: string,
  { query = "", variables = {} }: { query?: string; variables?: Variables } = {},
): Promise<void> {
  const code = await customer.example(REFRESHING, "example", programs.language, query);
  const own = { ...customer.variables, REFRESH_TOKEN: token, ...variables };
  assertRefreshed(await programs.run("refresh", code, own), token);
}

async function useClientCredentials(customer: Customer, programs: Programs): Promise<void> {
  const code = await customer.example(GETTING, "client-credentials", programs.language);
  const response = tokensIn(await programs.run("client_credentials", code, customer.variables));
  assert.equal(response.refresh_token, undefined);
}

/** From the authorization request to the tokens. Codes expire, so what a compiler does first is done before. */
async function exchangeCode(customer: Customer, programs: Programs): Promise<void> {
  const { variables } = customer;
  const { language } = programs;
  const [code, [authorize]] = await Promise.all([
    customer.example(GETTING, "code-exchange", language),
    customer.examples(GETTING, "authorization-request", language),
  ]);
  const issued =
    authorize === undefined
      ? await customer.newCode()
      : await startedBy(customer, await programs.run("authorize", authorize, variables));
  const response = tokensIn(await programs.run("code", code, { ...variables, ...issued }));
  assert.match(response.refresh_token, /^rgr_/);
}

/** Opens the URL that a program has printed, with what it is to be kept. */
async function startedBy(customer: Customer, printed: string): Promise<Variables> {
  const [verifier = "", state = "", url = ""] = printed.split("\n");
  assert.match(verifier, /^CODE_VERIFIER=[\w-]{43,128}$/);
  assert.match(state, /^STATE=[\w-]{22,}$/);
  return {
    CODE_VERIFIER: verifier.slice("CODE_VERIFIER=".length),
    CODE: await customer.codeOf(url, state.slice("STATE=".length)),
  };
}

async function useOtherGrants(customer: Customer): Promise<void> {
  const programs = await Programs.prepare("curl", curl);
  const { variables } = customer;
  const user = { ...variables, USER_NAME: ADA.username, PASSWORD: ADA.password };
  const password = await programs.run("password", await customer.example(GETTING, "password", "curl"), user);
  assert.match(tokensIn(password).refresh_token, /^rgr_/);

  const [ask = "", poll = ""] = await customer.examples(GETTING, "device-code", "curl");
  const codes = JSON.parse(await programs.run("device", ask, variables)) as Record<string, string>;
  const { pathname, search } = new URL(codes["verification_uri_complete"] ?? "");
  await customer.browser.submit(await customer.browser.open(pathname + search), { answer: "allow" });
  const DEVICE_CODE = codes["device_code"] ?? "";
  const tokens = tokensIn(await programs.run("device_code", poll, { ...variables, DEVICE_CODE }));
  assert.match(tokens.refresh_token, /^rgr_/);
}

/** Prints the client id of the examples in their languages. */
async function printStrings(customer: Customer): Promise<void> {
  const odd = `'"\\$(id)\`id\`$HOME{x}%s\\n\\u0041</script>`;
  const folder = temporaryFolder("example");
  const query = `?client_id=${encodeURIComponent(odd)}`;
  const literal = async (language: string, before: string, end: string) => {
    const code = await customer.example(REFRESHING, "example", language, query);
    const from = code.indexOf(before) + before.length;
    return code.slice(from, code.indexOf(end, from));
  };
  const programs: readonly [program: string, file: string, code: string][] = [
    [php.path, "odd.php", `<?php echo ${await literal("php", "'client_id'     => ", ",\n")};`],
    [python.path, "odd.py", `print(${await literal("python", '"client_id": ', ",\n")}, end="")`],
    [node.path, "odd.mjs", `process.stdout.write(${await literal("fetch", "client_id: ", ",\n")})`],
    ["sh", "odd.sh", `printf %s ${await literal("curl", "refresh_token \\\n  --data-urlencode ", " \\\n")}`],
  ];
  for (const [program, file, code] of programs) {
    await writeFile(join(folder, file), code);
    const { stdout } = await promisify(execFile)(program, [file], { cwd: folder });
    assert.equal(stdout.replace(/^client_id=/, ""), odd, file);
  }
}
