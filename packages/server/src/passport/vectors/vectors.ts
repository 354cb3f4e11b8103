import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One ciphertext that PHP made. */
export interface MadeVector {
  name: string;
  ciphertext_hex: string;
  plaintext_base64: string;
  salt_hex: string;
  iv_hex: string;
  /** Password mode. */
  password_base64?: string;
  /** Key mode. */
  key_ascii?: string;
  derived_auth_key_hex: string;
  derived_enc_key_hex: string;
}

/** One input that PHP was given, and what it made of it. */
export interface JudgedVector {
  name: string;
  password_base64?: string;
  key_ascii?: string;
  input: string;
  accepted: boolean;
  plaintext_base64?: string;
}

export interface DefuseVectors {
  made: MadeVector[];
  shared_salt: {
    password_base64: string;
    salt_hex: string;
    auth_key_hex: string;
    enc_key_hex: string;
    tokens: { plaintext_utf8: string; ciphertext_hex: string }[];
  };
  judged: JudgedVector[];
  key_strings: { name: string; ascii: string; loads: boolean; raw_hex?: string }[];
}

/** One answer of a PHP stack. */
export interface IssuedToken {
  client_id: string;
  client_secret: string | null;
  access_token: string;
  refresh_token: string;
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  payload: {
    client_id: string;
    refresh_token_id: string;
    access_token_id: string;
    scopes: string[];
    user_id: number | string;
    expire_time: number;
  };
  plaintext: string;
}

export interface IssuedStack {
  stack: string;
  /** s */
  issued_at: number;
  /** `secret` as the row has it. */
  clients: { id: string; secret: string | null; revoked: boolean }[];
  tokens: IssuedToken[];
  auth_codes: string[];
}

export interface IssuedVectors {
  app_key: string;
  defuse_key: string;
  private_key: string;
  public_key: string;
  key_files: Record<string, { private: string; public: string }>;
  stacks: IssuedStack[];
}

export const defuseVectors = read("defuse.json") as DefuseVectors;
export const issuedVectors = read("issued.json") as IssuedVectors;

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, name), "utf8"));
}

/** One request to a real Passport, and what it answered. */
export interface AnsweredRequest {
  name: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  status: number;
  /** null: a 200, or no JSON. */
  answer: string | null;
  challenge: string | null;
}

export interface AnswersOfStack {
  recorded_at: string;
  clients: Record<string, { id: string; secret: string | null }>;
  cases: AnsweredRequest[];
}

export const answersVectors = read("answers.json") as Record<"passport-8" | "passport-13", AnswersOfStack>;
