import assert from "node:assert/strict";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { FORM, form, startService, tokensOf } from "../testing.ts";
import type { TestResponse, Parameters, TestClient } from "../testing.ts";
import { MAX_BODY } from "./request.ts";

const t = await startService();
after(() => t.close());
const client = await t.client();

const JSON_TYPE = "application/json";
const BOUNDARY = "----boundary7a1f";
const MULTIPART = `multipart/form-data; boundary=${BOUNDARY}`;
const MALFORMED = {
  status: 400,
  error: "invalid_request",
  description: "The request body is malformed.",
  cause: "malformed_body",
};
const REPEATED = { status: 400, error: "invalid_request", cause: "parameter_repeated" };
const UNSUPPORTED = { status: 415, error: "invalid_request", cause: "unsupported_body" };
const TOO_LARGE = { status: 413, error: "invalid_request", cause: "body_too_large" };

type Body = NonNullable<RequestInit["body"]>;

function sendBody(contentType: string | undefined, body: Body, headers = {}): Promise<TestResponse> {
  const type = contentType === undefined ? {} : { "content-type": contentType };
  const init = { method: "POST", headers: { ...type, ...headers }, body, duplex: "half" };
  return t.send("/oauth/token", init);
}

function multipart(fields: readonly (readonly [name: string, value: string])[]): string {
  const parts = fields.map(
    ([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return `${parts.join("")}--${BOUNDARY}--\r\n`;
}

function refreshOf({ credentials }: TestClient, refreshToken: string): Record<string, string> {
  return { grant_type: "refresh_token", ...credentials, refresh_token: refreshToken };
}

/** A body that is understood and then refused, so that reading it went well. */
async function assertUnderstood(contentType: string, body: Body): Promise<void> {
  const answer = await sendBody(contentType, body);
  assert.equal(answer.body["error"], "unsupported_grant_type", answer.text);
}

test("form, multipart and JSON get the same answer, byte for byte", async () => {
  const parameters = refreshOf(client, (await t.grant(client)).refreshToken);
  const fields = new FormData();
  for (const [name, value] of Object.entries(parameters)) fields.set(name, value);
  const answers = [
    await sendBody(FORM, form(parameters)),
    await sendBody(undefined, fields),
    await sendBody(MULTIPART, multipart(Object.entries(parameters))),
    await sendBody(JSON_TYPE, JSON.stringify(parameters)),
  ];
  tokensOf(answers[0] ?? assert.fail());
  assert.deepEqual(new Set(answers.map(({ text }) => text)).size, 1);
});

test("1,000 parameters are read, and one more is refused, in a URL too", async () => {
  const names = Array.from({ length: 999 }, (_, i) => `p${i}=`).join("&");
  await assertUnderstood(FORM, `grant_type=x&${names}`);
  const tooMany = { status: 400, error: "invalid_request", cause: "too_many_parameters" };
  await t.refused(() => sendBody(FORM, `grant_type=x&p=&${names}`), tooMany);
  const url = await t.send(`/oauth/authorize?a=&b=&${names}`);
  assert.deepEqual([url.status, t.log.at(-1)?.["cause"]], [400, "too_many_parameters"]);
});

test("a content type is known whatever its case, spaces and parameters", async () => {
  for (const type of [`${FORM}; charset=UTF-8`, " Application/X-WWW-Form-URLencoded ;charset=utf-8"]) {
    await assertUnderstood(type, "grant_type=x");
  }
  await assertUnderstood("application/JSON;charset=utf-8", '{"grant_type":"x"}');
  await assertUnderstood(`Multipart/Form-Data; boundary="${BOUNDARY}"`, multipart([["grant_type", "x"]]));
});

test("multipart is understood as programs of all kinds write it", async () => {
  const part = (headers: string, boundary: string) =>
    `--${boundary}\r\n${headers}\r\n\r\nx\r\n--${boundary}--`;
  const disposition = 'Content-Disposition: form-data; name="grant_type"';
  const bodies: [boundary: string, body: string][] = [
    ["xYzZY", part(disposition, "xYzZY")],
    ['"a:b/c=d"', `${part(disposition, "a:b/c=d")}\r\n`],
    ["b", `\r\n${part(disposition, "b")}\r\n`],
    ["b", part(`${disposition}\r\nContent-Type: text/plain; charset=utf-8`, "b")],
    ["b", part(`Content-Length: 1\r\n${disposition.toLowerCase()}`, "b")],
    ["b", part("Content-Disposition: form-data; name=grant_type", "b")],
  ];
  for (const [boundary, body] of bodies) {
    await assertUnderstood(`multipart/form-data; boundary=${boundary}`, body);
  }
});

test("values in any script arrive as they were meant, in every form", async () => {
  const password = "pä ss+wörd%&=\"'🔑";
  const passwords = await t.client({ grantTypes: ["password"] });
  await t.account("ada", password);
  const parameters = { grant_type: "password", ...passwords.credentials, username: "ada", password };
  const percent = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  tokensOf(await sendBody(FORM, percent.join("&")));
  tokensOf(await sendBody(FORM, form(parameters)));
  tokensOf(await sendBody(MULTIPART, multipart(Object.entries(parameters))));
  tokensOf(await sendBody(JSON_TYPE, JSON.stringify(parameters)));
});

test("an empty value counts as left out, in every form (RFC 6749 §3.2)", async () => {
  const { refreshToken } = await t.grant(client);
  const parameters = { ...refreshOf(client, refreshToken), scope: "", resource: "" };
  tokensOf(await sendBody(FORM, form(parameters)));
  tokensOf(await sendBody(MULTIPART, multipart(Object.entries(parameters))));
  tokensOf(await sendBody(JSON_TYPE, JSON.stringify(parameters)));
  const empty = { ...refreshOf(client, ""), scope: "read" };
  const missing = {
    status: 400,
    error: "invalid_request",
    cause: "parameter_missing",
    parameter: "refresh_token",
  };
  await t.refused(() => sendBody(FORM, form(empty)), missing);
});

test("a body of 64 KiB is read, and one byte more is 413, in every form", async () => {
  const padded: [type: string, pad: (bytes: number) => string][] = [
    [FORM, (bytes) => `grant_type=x&pad=${"a".repeat(bytes - "grant_type=x&pad=".length)}`],
    [JSON_TYPE, (bytes) => `{"grant_type":"x"}${" ".repeat(bytes - '{"grant_type":"x"}'.length)}`],
    [
      MULTIPART,
      (bytes) => {
        const rest = multipart([
          ["grant_type", "x"],
          ["pad", ""],
        ]).length;
        return multipart([
          ["grant_type", "x"],
          ["pad", "a".repeat(bytes - rest)],
        ]);
      },
    ],
  ];
  for (const [type, pad] of padded) {
    assert.equal(Buffer.byteLength(pad(MAX_BODY)), 65_536);
    await assertUnderstood(type, pad(MAX_BODY));
    await t.refused(() => sendBody(type, pad(MAX_BODY + 1)), TOO_LARGE);
  }
});

test("bytes are counted, not characters", async () => {
  const body = `grant_type=x&pad=${"ä".repeat(32_768)}`;
  assert.ok(body.length < MAX_BODY);
  await t.refused(() => sendBody(FORM, body), TOO_LARGE);
});

test("a body that says it is too large is refused unread", async () => {
  let pulled = 0;
  const body = new ReadableStream(
    {
      pull(controller) {
        pulled += 1;
        controller.enqueue(Buffer.alloc(1024, "a"));
      },
    },
    { highWaterMark: 0 },
  );
  const headers = { "content-length": String(MAX_BODY + 1) };
  const answer = await t.refused(() => sendBody(FORM, body, headers), TOO_LARGE);
  assert.equal(answer.headers.get("connection"), "close");
  assert.equal(pulled, 0);
});

test("an endless body without a length is cut off at the limit", async () => {
  let pulled = 0;
  const body = new ReadableStream({
    pull(controller) {
      pulled += 1;
      controller.enqueue(Buffer.alloc(1024, "a"));
    },
  });
  await t.refused(() => sendBody(FORM, body), TOO_LARGE);
  assert.ok(pulled < 70, `${pulled} KiB were read`);
});

test("a repeated parameter is refused in every form, an empty one too", async () => {
  const bodies: [type: string, body: string][] = [
    [FORM, "grant_type=refresh_token&grant_type=refresh_token"],
    [FORM, "grant_type=refresh_token&scope=&scope=read"],
    [FORM, "grant_type=refresh_token&grant%5Ftype=password"],
    [
      MULTIPART,
      multipart([
        ["scope", "read"],
        ["scope", "read"],
      ]),
    ],
    [JSON_TYPE, '{"scope":"read","scope":"write"}'],
    [JSON_TYPE, '{"scope":"read", "sc\\u006fpe" :\n"write"}'],
    [JSON_TYPE, '{"scope":1,"scope":"write"}'],
  ];
  for (const [type, body] of bodies) await t.refused(() => sendBody(type, body), REPEATED);
});

test("JSON whose values look like names is not taken for repeated", async () => {
  const body = JSON.stringify({ grant_type: "x", a: '"b":', c: '\\":"d\\', "e:": '":"', 'f"': ":" });
  await assertUnderstood(JSON_TYPE, body);
});

test("another content type, none, or a compressed body is 415", async () => {
  const types = [
    "text/plain",
    "application/xml",
    "application/jsonp",
    "multipart/mixed; boundary=x",
    "application/json, text/plain",
    "constructor",
    "__proto__",
  ];
  for (const type of types) await t.refused(() => sendBody(type, "grant_type=x"), UNSUPPORTED);
  await t.refused(() => sendBody(undefined, Buffer.from("grant_type=x")), UNSUPPORTED);
  const zipped = gzipSync("grant_type=x");
  await t.refused(() => sendBody(FORM, zipped, { "content-encoding": "gzip" }), UNSUPPORTED);
  await assertUnderstood(FORM, "grant_type=x");
});

test("a body that does not have the form of its type is refused, and the log says why", async () => {
  const bodies: [type: string, body: Body, detail: string][] = [
    [FORM, "grant_type=%zz", "percent-encoding"],
    [FORM, "grant_type=%", "percent-encoding"],
    [FORM, "grant_type=x%c3%28", "percent-encoding"],
    [FORM, Buffer.from([0x67, 0x3d, 0xff, 0xfe]), "not UTF-8"],
    [JSON_TYPE, Buffer.from('{"a":"\xff"}', "latin1"), "not UTF-8"],
    [MULTIPART, Buffer.from(multipart([["a", "\xff"]]), "latin1"), "not UTF-8"],
    ["multipart/form-data", multipart([["a", "b"]]), "multipart"],
    ["multipart/form-data; boundary=other", multipart([["a", "b"]]), "multipart"],
    [MULTIPART, `--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\nhalf`, "multipart"],
    [MULTIPART, "grant_type=x", "multipart"],
    [JSON_TYPE, "", "JSON"],
    [JSON_TYPE, "{", "JSON"],
    [JSON_TYPE, '{"a":"b"} x', "JSON"],
    [JSON_TYPE, "[]", "not an object"],
    [JSON_TYPE, "null", "not an object"],
    [JSON_TYPE, '"a"', "not an object"],
    [JSON_TYPE, '{"a":1}', "a member that is not a string"],
    [JSON_TYPE, '{"a":["b"]}', "a member that is not a string"],
    [JSON_TYPE, '{"a":{"b":"c"}}', "a member that is not a string"],
  ];
  for (const [type, body, detail] of bodies) {
    await t.refused(() => sendBody(type, body), { ...MALFORMED, detail });
  }
});

test("null in JSON is a parameter without a value, and so omitted (RFC 6749 §3.2)", async () => {
  await assertUnderstood(JSON_TYPE, '{"grant_type":"x","scope":null,"resource":null}');
  const body = { ...refreshOf(client, (await t.grant(client)).refreshToken), scope: null, resource: null };
  tokensOf(await sendBody(JSON_TYPE, JSON.stringify(body)));
  const repeated = '{"grant_type":"x","scope":null,"scope":"read"}';
  await t.refused(() => sendBody(JSON_TYPE, repeated), REPEATED);
});

test("a file part is refused: there are fields only", async () => {
  const fields = new FormData();
  fields.set("grant_type", "refresh_token");
  fields.set("refresh_token", new Blob(["rgr_x"]), "token.txt");
  const detail = "a file where fields were expected";
  await t.refused(() => sendBody(undefined, fields), { ...MALFORMED, detail });
});

test("a body that breaks off is refused as the sender's fault", async () => {
  const body = new ReadableStream({
    pull: (controller) => controller.error(new Error("the connection was reset")),
  });
  const detail = "the connection ended before the body did";
  await t.refused(() => sendBody(FORM, body), { ...MALFORMED, detail });
});

test("a secret in the URL is refused, whatever the body says", async () => {
  const { refreshToken } = await t.grant(client);
  const tokens = ["refresh_token", "token", "access_token", "subject_token", "actor_token"];
  const names = ["client_secret", "password", "client_assertion", "assertion", ...tokens];
  const parameters: Parameters = refreshOf(client, refreshToken);
  for (const name of names) {
    const send = () => t.post(`/oauth/token?a=b&${name}=x`, parameters);
    await t.refused(send, { status: 400, error: "invalid_request", cause: "secret_in_url" });
  }
  tokensOf(await t.post("/oauth/token?trace=1", parameters));
});

test("no bytes as a body of any content type are our fault", async () => {
  const types = [FORM, MULTIPART, JSON_TYPE, "multipart/form-data", "text/plain", "__proto__", "tostring"];
  const snippet = fc.constantFrom(
    "grant_type",
    "=",
    "&",
    "%",
    "+",
    '"',
    "{",
    "}",
    ":",
    "--",
    BOUNDARY,
    "\r\n",
  );
  const text = fc.array(fc.oneof(snippet, fc.string()), { maxLength: 40 }).map((parts) => parts.join(""));
  const fields = fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 5 });
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 500 }),
    text.map((characters) => Buffer.from(characters)),
    fields.map((pairs) => Buffer.from(multipart(pairs))),
    fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
  );
  const path = fc.constantFrom("/oauth/token", "/oauth/revoke", "/oauth/introspect", "/oauth/explain");
  await fc.assert(
    fc.asyncProperty(path, fc.constantFrom(...types), body, async (path, type, bytes) => {
      const headers = { "content-type": type };
      const { status, text } = await t.send(path, { method: "POST", headers, body: Buffer.from(bytes) });
      assert.ok(status >= 400 && status < 500, text);
    }),
    { numRuns: 400 },
  );
  const failed = t.log.filter(({ msg }) => msg === "failed" || msg === "unexpected error");
  assert.deepEqual(failed, []);
});
