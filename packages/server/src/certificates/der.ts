/** One value of DER (ITU-T X.690), not decoded further. */
export interface DerValue {
  /** The identifier octet: class, constructed bit and number; numbers above 30 are refused. */
  readonly tag: number;
  readonly contents: Buffer;
}

/** Identifier octets that certificates use. */
export const TAG = { boolean: 0x01, integer: 0x02, oid: 0x06, sequence: 0x30, set: 0x31 } as const;

/**
 * Reads the values that follow one another in `bytes`, which must end with the last of them.
 *
 * @throws {RangeError} the bytes are not DER
 */
export function readDer(bytes: Buffer): DerValue[] {
  const values: DerValue[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes.readUInt8(at);
    if ((tag & 0x1f) === 0x1f) throw new RangeError("a tag of several octets");
    const { length, start } = readLength(bytes, at + 1);
    if (start + length > bytes.length) throw new RangeError("a value is cut off");
    values.push({ tag, contents: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return values;
}

/** X.690 §8.1.3: one octet up to 127; else the number of octets that follow, which DER keeps as few as possible. */
function readLength(bytes: Buffer, at: number): { length: number; start: number } {
  const first = bytes.readUInt8(at);
  if (first < 0x80) return { length: first, start: at + 1 };
  const octets = first & 0x7f;
  if (octets === 0 || octets > 3) throw new RangeError("a length that is not DER");
  return { length: bytes.readUIntBE(at + 1, octets), start: at + 1 + octets };
}

/**
 * The single value that `bytes` are.
 *
 * @throws {RangeError} they are not DER, or something follows
 */
export function readOne(bytes: Buffer): DerValue {
  const [value, ...rest] = readDer(bytes);
  if (value === undefined || rest.length > 0) throw new RangeError("not one value");
  return value;
}

/** An object identifier in dotted decimals (X.690 §8.19). */
export function oidText({ contents }: DerValue): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of contents) {
    arc = arc * 128 + (octet & 0x7f);
    if (octet < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [joint = 0, ...others] = arcs;
  const first = Math.min(Math.floor(joint / 40), 2);
  return [first, joint - first * 40, ...others].join(".");
}
