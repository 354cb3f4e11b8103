import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Languages, unknownMessageKeys } from "./language.ts";
import { en } from "./messages/en.ts";
import { it } from "./messages/it.ts";

describe("the language of a page", () => {
  const languages = new Languages({ "de-AT": { "signIn.title": "Servus" } });
  const chosen = (uiLocales: string | undefined, acceptLanguage: string | null) =>
    languages.choose(uiLocales, acceptLanguage).tag;

  test("is the first of the request's that there is, before the browser's", () => {
    assert.equal(chosen("xx it en", "en"), "it");
    assert.equal(chosen("xx", "it"), "it");
  });

  test("is the browser's preferred one by weight, and equal weights keep their order", () => {
    assert.equal(chosen(undefined, "en;q=0.5, it;q=0.8"), "it");
    assert.equal(chosen(undefined, "it, en"), "it");
    assert.equal(chosen(undefined, "it;q=0, en;q=0.1"), "en");
  });

  test("is found for a more specific tag, in any case (RFC 4647 §3.4)", () => {
    assert.equal(chosen("IT-CH-1996", null), "it");
    assert.equal(chosen("de-at", null), "de-AT");
    assert.equal(chosen("de", null), "en", "a more general tag does not match");
  });

  test("is English where nothing matches, or only beyond what is read of a list", () => {
    assert.equal(chosen(undefined, null), "en");
    assert.equal(chosen(undefined, "*"), "en");
    assert.equal(chosen(`${"x".repeat(500)} it`, null), "en");
  });

  test("has English for each message that it lacks", () => {
    const { t } = languages.choose("de-AT", null);
    assert.equal(t("signIn.title"), "Servus");
    assert.equal(t("signIn.password"), en["signIn.password"]);
  });
});

describe("a message", () => {
  const { t } = new Languages({}).choose("en", null);

  test("has the values in the place of their names, and keeps a name without a value", () => {
    assert.equal(t("consent.returns", { place: "shop.example" }), "You will return to shop.example.");
    assert.equal(t("consent.returns"), "You will return to {place}.");
    assert.equal(t("consent.returns", { place: "{place}" }), "You will return to {place}.");
  });

  test("isolates right-to-left values, which would reorder the text around them (UAX #9)", () => {
    assert.equal(t("consent.returns", { place: "שלום" }), "You will return to \u2068שלום\u2069.");
  });
});

test("the languages have the same messages, with the same values in them", () => {
  const valuesIn = (messages: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(messages).map(([key, text]) => [key, (text.match(/\{\w+\}/g) ?? []).toSorted()]),
    );
  assert.deepEqual(valuesIn(it), valuesIn(en));
});

test("keys that no page has are named with their language", () => {
  const custom = { en: { "signIn.title": "Welcome", "signIn.titel": "x" }, fr: { toString: "x" } };
  assert.deepEqual(unknownMessageKeys(custom), ["en: signIn.titel", "fr: toString"]);
});
