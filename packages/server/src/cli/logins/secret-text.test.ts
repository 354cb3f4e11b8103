import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { decodeInput } from "../decode-input.ts";
import { linesOf, secretHint, tidySecret, tidyToken } from "./secret-text.ts";
import { CLIENT, Home, ThirdPartyServer, USER } from "./testing.ts";

let server: ThirdPartyServer;
before(async () => (server = await ThirdPartyServer.start()));
after(() => server.close());

const utf16 = (text: string, swap = false) => {
  const bytes = Buffer.from(`\uFEFF${text}`, "utf16le");
  return swap ? bytes.swap16() : bytes;
};

test("a byte order mark says the encoding, and belongs to no secret", () => {
  for (const bytes of [Buffer.from("sé€"), Buffer.from("\uFEFFsé€"), utf16("sé€"), utf16("sé€", true)]) {
    assert.equal(decodeInput(bytes), "sé€");
  }
});

test("text in another encoding, which would be sent as other characters, is refused", () => {
  for (const bytes of [
    Buffer.from("gr\xFC\xDFe", "latin1"),
    Buffer.from("secret", "utf16le"),
    Buffer.from([0xff]),
  ]) {
    assert.throws(() => decodeInput(bytes), /standard input is not text in UTF-8/);
  }
});

test("each line end ends a line, and blank lines at the end that are not wanted are left out", () => {
  for (const text of [
    "a\nb",
    "a\nb\n",
    "a\r\nb\r\n",
    "a\rb\r",
    "a\r\nb",
    "a\nb\n\n\n",
    "a\r\nb\r\n \t\r\n",
  ]) {
    assert.deepEqual(linesOf(text, 2), ["a", "b"], JSON.stringify(text));
  }
  assert.deepEqual(linesOf("a\n  \n", 2), ["a", "  "], "it may be a password");
  assert.deepEqual(linesOf("a\n\n", 2), ["a", ""]);
  assert.deepEqual(linesOf("a\nb\nc\n", 2), ["a", "b", "c"]);
});

test("blanks around a client secret and quotes around a token are left out; a password stays as it is", () => {
  for (const text of ["sec", " sec", "\tsec \u00A0", "\u3000sec\r"])
    assert.equal(tidySecret("client secret", text), "sec");
  assert.equal(tidySecret("client secret", '"sec ret"'), '"sec ret"');
  for (const text of ["rt", " rt\t", '"rt"', "'rt'", ' " rt" ', "`rt`"])
    assert.equal(tidySecret("refresh token", text), "rt");
  for (const text of [" p w ", '"pw"', "\tpw", " "]) assert.equal(tidySecret("password", text), text);
  assert.equal(tidySecret("refresh token", '"a'), '"a');
  assert.equal(tidyToken('"'), '"');
});

test("a refresh token that was damaged on the way is not sent", () => {
  for (const text of ["r\u0000t", "r\tt", "rt\u2026", "“rt”"]) {
    assert.throws(() => tidySecret("refresh token", text), /contains characters that no token has/);
  }
});

test("a hint names what may not belong to a refused secret", () => {
  assert.match(secretHint("client secret", '"s"') ?? "", /quotes around it/);
  assert.match(secretHint("password", "s ") ?? "", /begins or ends with a blank/);
  assert.equal(secretHint("password", "a b"), undefined);
});

test("secrets as PowerShell, editors and copies pass them are accepted by a login", async () => {
  const home = new Home();
  const args = [
    "login",
    "--token-endpoint",
    server.tokenEndpoint,
    "--client-id",
    CLIENT.id,
    "--secrets-stdin",
  ];
  const password = [...args, "--grant", "password", "--username", USER.name];
  const lines = [CLIENT.secret, USER.password];
  for (const input of [
    `\uFEFF${lines.join("\r\n")}\r\n`,
    utf16(`${lines.join("\r\n")}\r\n`),
    ` ${lines.join("\t\n")}\n\n\n`,
    lines.join("\r"),
  ]) {
    const { code, stderr } = await home.run(password, { input });
    assert.equal(code, 0, stderr);
  }
  const token = [...args, "--grant", "refresh_token"];
  const copied = await home.run(token, { input: `${CLIENT.secret}\n"${server.issue()}"  \n` });
  assert.equal(copied.code, 0, copied.stderr);

  const quoted = await home.run(password, { input: `"${CLIENT.secret}"\n${USER.password}\n` });
  assert.equal(quoted.code, 2);
  assert.match(
    quoted.stderr,
    /hint: the client secret is sent with the quotes around it: do they belong to it\?/,
  );
  const trailing = await home.run(password, { input: `${CLIENT.secret}\n${USER.password} \n` });
  assert.equal(trailing.code, 1);
  assert.match(trailing.stderr, /hint: the password begins or ends with a blank/);
});

test("--rejected accepts the token as --header prints it, with a byte order mark or in quotes", async () => {
  for (const form of [
    (t: string) => `Authorization: Bearer ${t}\r\n`,
    (t: string) => `\uFEFF${t}`,
    (t: string) => `"${t}"`,
  ]) {
    // A login of its own: a replacement is not replaced within a minute.
    const home = new Home();
    await home.login(server, "password");
    const token = (await home.token()).trim();
    const { code, stdout, stderr } = await home.run(["token", "--rejected"], { input: form(token) });
    assert.equal(code, 0, stderr);
    assert.notEqual(stdout.trim(), token);
  }
});
