import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Languages, unknownMessageKeys } from "./language.ts";
import { de } from "./messages/de.ts";
import { en } from "./messages/en.ts";
import { es } from "./messages/es.ts";
import { fr } from "./messages/fr.ts";
import { it } from "./messages/it.ts";

describe("the language of a page", () => {
  const languages = new Languages({
    "de-AT": { "signIn.title": "Servus" },
    pt: { "signIn.title": "Entrar" },
  });
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
    assert.equal(chosen("fr-CA", null), "fr");
    assert.equal(chosen("de", null), "de", "a more general tag does not match the custom one");
  });

  test("is English where nothing matches, or only beyond what is read of a list", () => {
    assert.equal(chosen(undefined, null), "en");
    assert.equal(chosen(undefined, "*"), "en");
    assert.equal(chosen(`${"x".repeat(500)} it`, null), "en");
  });

  test("has English for each message that it lacks, or its own language where Regrant has that", () => {
    const portuguese = languages.choose("pt", null);
    assert.equal(portuguese.t("signIn.title"), "Entrar");
    assert.equal(portuguese.t("signIn.password"), en["signIn.password"]);
    const austrian = languages.choose("de-AT", null);
    assert.equal(austrian.t("signIn.title"), "Servus");
    assert.equal(austrian.t("signIn.password"), de["signIn.password"]);
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
    assert.equal(t("consent.returns", { place: "𞤀𞤁" }), "You will return to \u2068𞤀𞤁\u2069.");
  });

  test("of a right-to-left language isolates each name, but no number", () => {
    const arabic = new Languages({ ar: { "signIn.for": "للمتابعة إلى {client} {seconds}" } }).choose(
      "ar",
      null,
    );
    assert.equal(arabic.t("signIn.for", { client: "Shop", seconds: "5" }), "للمتابعة إلى \u2068Shop\u2069 5");
  });

  test("takes from a value what would end its isolation", () => {
    assert.equal(t("consent.returns", { place: "a\u2069\u202Eb" }), "You will return to ab.");
  });

  test("as HTML has each value escaped, in an element of its own", async () => {
    const { html } = new Languages({}).choose("en", null);
    const text = String(await html("redirect.untrusted", { client: "<b>\u202E", place: "a.example" }));
    assert.match(text, /^<bdi>&lt;b&gt;<\/bdi> sent a request .* know <bdi>a\.example<\/bdi>, you can/);
  });
});

test("instants and durations are in the language, and in English as a log has them", () => {
  const languages = new Languages({ "en-GB": {}, ar: {} });
  const at = Date.UTC(2026, 2, 8, 3, 4, 5);
  const told = (tag: string) => {
    const { instant, duration } = languages.choose(tag, null);
    const texts = [instant(at), duration(4_800_000), duration(340)];
    // French has narrow and hard spaces.
    return texts.map((text) => text.replaceAll(/\s/g, " "));
  };
  for (const tag of ["en", "en-GB"])
    assert.deepEqual(told(tag), ["2026-03-08 03:04:05 UTC", "1 h 20 min", "340 ms"]);
  assert.deepEqual(told("de"), ["8. März 2026 um 03:04:05 UTC", "1 Stunde, 20 Minuten", "340 Millisekunden"]);
  assert.deepEqual(told("fr"), ["8 mars 2026 à 03:04:05 UTC", "1 heure et 20 minutes", "340 millisecondes"]);
  for (const tag of ["es", "it", "ar"]) assert.match(told(tag)[0] ?? "", /04:05.*UTC/);
});

test("the languages have the same messages, with the same values in them", () => {
  const valuesIn = (messages: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(messages).map(([key, text]) => [key, (text.match(/\{\w+\}/g) ?? []).toSorted()]),
    );
  for (const messages of [de, es, fr, it]) assert.deepEqual(valuesIn(messages), valuesIn(en));
});

test("no message is the English one by mistake, or ends in another punctuation", () => {
  // Words that are the same in both languages.
  const same = new Set(
    "Code,Website,Password,Documentation,Description,Parameter,Type,URI,Token,Access token,Refresh token,Session active,No,Pages,Menu,Scope,Scopes,Client credentials,Authorization code,Name,Tokens,Claims,Introspection,Type (`typ`),Endpoint".split(
      ",",
    ),
  );
  const mark = (text: string | undefined) => /[.:?]$/.exec(text ?? "")?.[0];
  for (const messages of [de, es, fr, it]) {
    for (const [key, text] of Object.entries(messages)) {
      const english = Object.entries(en).find(([name]) => name === key)?.[1];
      assert.ok(text !== english || same.has(text), `${key}: ${text}`);
      assert.equal(mark(text), mark(english), `${key}: ${text}`);
    }
  }
});

test("the direction of a language is that of its script", () => {
  const languages = new Languages({ ar: {}, "uz-Arab": {}, he: {}, "pt-BR": {}, fa: {} });
  const right = languages.tags.filter((tag) => languages.choose(tag, null).direction === "rtl");
  assert.deepEqual(right, ["ar", "uz-Arab", "he", "fa"]);
});

test("keys that no page has are named with their language", () => {
  const custom = { en: { "signIn.title": "Welcome", "signIn.titel": "x" }, fr: { toString: "x" } };
  assert.deepEqual(unknownMessageKeys(custom), ["en: signIn.titel", "fr: toString"]);
});
