import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError } from "./config-error.ts";
import { loadConfig } from "./resolve-config.ts";

/** The violation of a variable, as the operator reads it. */
function violation(variable: string, value: unknown): string {
  try {
    loadConfig({ env: { [variable]: JSON.stringify(value) }, cwd: import.meta.dirname, flags: {} });
    return "";
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message.split("\n").slice(1).join("\n").trim();
  }
}

test("what is wrong with an issuer is said with its entry and member", () => {
  const issuer = "https://acme.example";
  const cases: [object, string][] = [
    [{ issuer: "http://acme.example" }, "entry 1 issuer must be an absolute https URL"],
    [{}, "entry 1 issuer must be an absolute https URL"],
    [{ issuer, identfies: "email" }, "entry 1 must not have identfies: there is no such member"],
    [{ issuer, identifies: "mail" }, "entry 1 identifies must be one of subject, username, email"],
    [{ issuer, accepts: "id-jag" }, "entry 1 accepts must be a list"],
    [{ issuer, accepts: [] }, "entry 1 accepts must not be empty"],
    [{ issuer, clients: [7] }, "entry 1 clients entry 1 must be text"],
    [{ issuer, domains: ["Acme"] }, "entry 1 domains entry 1 must be domains in lower case"],
  ];
  for (const [entry, message] of cases) {
    const said = violation("REGRANT_ASSERTION_ISSUERS", [entry]);
    assert.ok(said.startsWith(`REGRANT_ASSERTION_ISSUERS: ${message}`), said);
  }
});

test("what is wrong with a type of authorization details is said with its name and member", () => {
  const [label, schema] = [{ en: "Pay" }, { type: "object" }];
  const cases: [object, string][] = [
    [{ schema }, "payment label is missing"],
    [{ label }, "payment schema is missing"],
    [{ label, schema, lable: 1 }, "payment must not have lable: there is no such member"],
    [{ label: "Pay", schema }, "payment label must be an object"],
    [
      { label, schema: { type: "string" } },
      "payment schema cannot be used: must be a JSON Schema with type object",
    ],
  ];
  for (const [type, message] of cases) {
    const said = violation("REGRANT_AUTHORIZATION_DETAILS_TYPES", { payment: type });
    assert.equal(said, `REGRANT_AUTHORIZATION_DETAILS_TYPES: ${message}`);
  }
});
