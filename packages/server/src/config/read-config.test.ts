import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { readConfig } from "./read-config.ts";

let cwd: string;
before(() => {
  cwd = temporaryFolder("config");
});
beforeEach(() => {
  rmSync(cwd, { recursive: true });
  mkdirSync(cwd);
});
after(() => rmSync(cwd, { recursive: true }));

function writeConfigFile(content: unknown, name = "regrant.config.json"): void {
  writeFileSync(join(cwd, name), typeof content === "string" ? content : JSON.stringify(content));
}

test("nothing given reads as nothing, without a violation", () => {
  assert.deepEqual(readConfig({ env: {}, cwd }), {
    settings: {},
    file: null,
    violations: [],
    invalid: new Set(),
  });
});

test("the environment wins over the file, and a flag over both", () => {
  writeConfigFile({ host: "127.0.0.2", port: 1001, logLevel: "warn" });
  const env = { REGRANT_PORT: "1002", REGRANT_LOG_LEVEL: "error", PATH: "/bin", OTHER_PORT: "x" };
  const { settings, file, violations } = readConfig({
    env,
    flags: { logLevel: "silent", host: undefined },
    cwd,
  });
  assert.deepEqual(violations, []);
  assert.equal(file, "regrant.config.json");
  assert.deepEqual(settings, {
    host: { value: "127.0.0.2", source: "file", name: "host (regrant.config.json)" },
    port: { value: 1002, source: "environment", name: "REGRANT_PORT" },
    logLevel: { value: "silent", source: "flag", name: "--log-level" },
  });
});

test("an invalid value is a violation even where a later layer would win", () => {
  writeConfigFile({ port: "1001" });
  const { violations, invalid } = readConfig({ env: { REGRANT_PORT: "many" }, flags: { port: "1003" }, cwd });
  assert.deepEqual(violations, [
    "port (regrant.config.json): must be a whole number from 0 to 65535",
    "REGRANT_PORT: must be a whole number from 0 to 65535",
  ]);
  assert.deepEqual([...invalid], ["port"]);
});

test("text from the environment becomes numbers, truth values and lists", () => {
  const env = {
    REGRANT_ACCESS_TTL: " 900 ",
    REGRANT_ALLOW_INSECURE_ISSUER: "1",
    REGRANT_DOCS: "off",
    REGRANT_TRUSTED_PROXIES: "10.0.0.0/8, ::1",
    REGRANT_PREVIOUS_MASTER_KEYS: "",
  };
  const { settings, violations } = readConfig({ env, cwd });
  assert.deepEqual(violations, []);
  assert.equal(settings.accessTtl?.value, 900);
  assert.equal(settings.allowInsecureIssuer?.value, true);
  assert.equal(settings.docs?.value, false);
  assert.deepEqual(settings.trustedProxies?.value, ["10.0.0.0/8", "::1"]);
  assert.deepEqual(settings.previousMasterKeys?.value, []);
});

test("numbers in text are plain digits", () => {
  for (const text of ["1e3", "0x10", "-1", "1.5", "10s", "١٢"]) {
    const { violations } = readConfig({ env: { REGRANT_ACCESS_TTL: text }, cwd });
    assert.deepEqual(violations, ["REGRANT_ACCESS_TTL: must be a whole number from 1 to 31536000"], text);
  }
});

test("an empty variable is a violation, so that a key that failed to load is noticed", () => {
  const { violations } = readConfig({ env: { REGRANT_MASTER_KEY: "", REGRANT_ISSUER: " " }, cwd });
  assert.deepEqual(violations, [
    "REGRANT_MASTER_KEY: is empty: set a value or remove it",
    "REGRANT_ISSUER: is empty: set a value or remove it",
  ]);
});

test("the invalid entry of a list is named by its place", () => {
  const { violations } = readConfig({ env: { REGRANT_TRUSTED_PROXIES: "::1,10.0.0.0/99,proxy" }, cwd });
  assert.deepEqual(violations, [
    "REGRANT_TRUSTED_PROXIES: entry 2 must be an IP address, or a CIDR block such as 10.0.0.0/8",
    "REGRANT_TRUSTED_PROXIES: entry 3 must be an IP address, or a CIDR block such as 10.0.0.0/8",
  ]);
});

test("an unknown name in file or environment is a violation with the nearest known one", () => {
  writeConfigFile('{"acces_ttl": 900, "colour": "red", "__proto__": {}, "constructor": 1}');
  const { violations } = readConfig({
    env: {
      REGRANT_ISUSER: "https://a.example",
      REGRANT_COLOUR: "red",
      REGRANT_CONIFG: "x",
      "REGRANT_A\nB": "",
    },
    cwd,
  });
  assert.deepEqual(violations, [
    '"acces_ttl" (regrant.config.json): is not a setting; did you mean "accessTtl"?',
    '"colour" (regrant.config.json): is not a setting',
    '"__proto__" (regrant.config.json): is not a setting',
    '"constructor" (regrant.config.json): is not a setting',
    'REGRANT_ISUSER: is not a setting; did you mean "REGRANT_ISSUER"?',
    "REGRANT_COLOUR: is not a setting",
    'REGRANT_CONIFG: is not a setting; did you mean "REGRANT_CONFIG"?',
    '"REGRANT_A\\nB": is not a setting',
  ]);
});

test("what Kubernetes sets for a service named regrant is nobody's configuration", () => {
  const env = {
    REGRANT_SERVICE_HOST: "10.0.0.1",
    REGRANT_SERVICE_PORT_HTTP: "8787",
    REGRANT_PORT: "tcp://10.0.0.1:8787",
    REGRANT_PORT_8787_TCP: "tcp://10.0.0.1:8787",
    REGRANT_PORT_8787_TCP_ADDR: "10.0.0.1",
    REGRANT_METRICS_SERVICE_PORT: "9464",
    REGRANT_METRICS_PORT: "tcp://10.0.0.2:9464",
  };
  assert.deepEqual(readConfig({ env, cwd }), {
    settings: {},
    file: null,
    violations: [],
    invalid: new Set(),
  });
});

test("the variables of regrant token are not the service's, and no violation of it", () => {
  const env = { REGRANT_HOME: "/home", REGRANT_ACCOUNT: "shop", REGRANT_ACCESS_TOKEN: "secret" };
  assert.deepEqual(readConfig({ env, cwd }), {
    settings: {},
    file: null,
    violations: [],
    invalid: new Set(),
  });
});

test("the flag's file wins over the variable's, and that over the default one", () => {
  writeConfigFile({ port: 1 });
  writeConfigFile({ port: 2 }, "two.json");
  writeConfigFile({ port: 3 }, "three.json");
  const env = { REGRANT_CONFIG: "two.json" };
  assert.equal(readConfig({ env: {}, cwd }).settings.port?.value, 1);
  assert.equal(readConfig({ env, cwd }).settings.port?.value, 2);
  const flagged = readConfig({ env, flags: { config: join(cwd, "three.json") }, cwd });
  assert.equal(flagged.settings.port?.value, 3);
  assert.equal(flagged.file, join(cwd, "three.json"));
});

test("a file that was named must exist and be readable", () => {
  const path = join(cwd, "none.json");
  const violation = (env: Record<string, string>, config?: string) =>
    readConfig({ env, flags: { config }, cwd }).violations;
  assert.deepEqual(violation({ REGRANT_CONFIG: "none.json" }), [`REGRANT_CONFIG: file not found: ${path}`]);
  assert.deepEqual(violation({}, "none.json"), [`--config: file not found: ${path}`]);
  assert.deepEqual(violation({}, ""), ["--config: is empty: name a file or remove it"]);
  assert.deepEqual(violation({}, "."), [".: cannot be read (EISDIR)"]);
});

test("a file that is not one JSON object is a violation that quotes none of it", () => {
  const violationsOf = (content: string) => {
    writeConfigFile(content);
    return readConfig({ env: {}, cwd }).violations;
  };
  assert.deepEqual(violationsOf('{"masterKey": verysecret}'), ["regrant.config.json: is not valid JSON"]);
  assert.deepEqual(violationsOf('{\n"port": 1 "host"}'), [
    "regrant.config.json: is not valid JSON (line 2 column 11)",
  ]);
  assert.deepEqual(violationsOf("[1]"), ["regrant.config.json: must hold one JSON object"]);
  assert.deepEqual(violationsOf("null"), ["regrant.config.json: must hold one JSON object"]);
});
