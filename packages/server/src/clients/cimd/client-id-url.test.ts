import assert from "node:assert/strict";
import { test } from "node:test";
import { documentClientId, isDocumentUrl, storedClientId } from "./client-id-url.ts";

const URL_OF = "https://client.example/metadata.json";

test("the URL of a metadata document is https, names a host, and has one spelling", () => {
  for (const url of [
    URL_OF,
    "https://client.example:8443/m",
    "https://client.example/m?v=1",
    "https://a.b/c/",
  ]) {
    assert.equal(isDocumentUrl(url), true, url);
  }
  const others = [
    "http://client.example/m",
    "https://client.example",
    "https://client.example/",
    "https://client.example/m#x",
    "https://client.example/m#",
    "https://user@client.example/m",
    "https://user:secret@client.example/m",
    "https://client.example/../m",
    "https://client.example/./m",
    "https://client.example/%2e%2e/m",
    "HTTPS://client.example/m",
    "https://CLIENT.example/m",
    "https://client.example:443/m",
    "https://127.0.0.1/m",
    "https://2130706433/m",
    "https://0x7f.1/m",
    "https://[::1]/m",
    "https:client.example/m",
    "https://client.example\\m",
    `https://client.example/${"x".repeat(1024)}`,
    "7d0c",
    "",
  ];
  for (const url of others) assert.equal(isDocumentUrl(url), false, url);
});

test("a document's client has one id, a UUIDv8, and another URL has another", () => {
  const id = documentClientId(URL_OF);
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(documentClientId(URL_OF), id);
  assert.notEqual(documentClientId(`${URL_OF}?`), id);
  assert.equal(storedClientId(URL_OF), id);
  assert.equal(storedClientId("7d0c"), "7d0c");
});
