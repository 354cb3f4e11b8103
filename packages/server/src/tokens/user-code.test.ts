import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { masterKey } from "../keys/master-key.ts";
import { formatUserCode, newUserCode, readUserCode, userCodeDigest } from "./user-code.ts";

test("a user code is 8 letters without vowels, and no two are alike", () => {
  const codes = Array.from({ length: 1000 }, newUserCode);
  for (const code of codes) assert.match(code, /^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
  assert.equal(new Set(codes).size, codes.length);
});

test("a user code is read in whatever case and with whatever between its letters", () => {
  assert.equal(formatUserCode("WDJBMJHT"), "WDJB-MJHT");
  for (const typed of ["WDJB-MJHT", "wdjbmjht", " wdjb mjht ", "w.d.j.b—m_j h\tt", "WDJB–MJHT"]) {
    assert.equal(readUserCode(typed), "WDJBMJHT", typed);
  }
});

test("what cannot be a user code is none", () => {
  for (const typed of ["", "WDJB", "WDJB-MJHTX", "WDJB-MJHA", "WDJB-MJH1", "ẂDJB-MJHT", "W".repeat(100)]) {
    assert.equal(readUserCode(typed), undefined, typed);
  }
});

test("a user code has another digest under another master key", () => {
  const [one, other] = [masterKey(randomBytes(32)), masterKey(randomBytes(32))];
  assert.deepEqual(userCodeDigest("WDJBMJHT", one), userCodeDigest("WDJBMJHT", one));
  assert.notDeepEqual(userCodeDigest("WDJBMJHT", one), userCodeDigest("WDJBMJHT", other));
});
