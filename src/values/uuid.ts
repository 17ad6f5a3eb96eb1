import { randomBytes, randomUUID } from "node:crypto";

const HEX = /^[0-9a-f]{32}$/;

/**
 * Reads a UUID in any of its usual forms: with or without hyphens, in capitals, in braces, as `urn:uuid:`.
 *
 * @param text - the UUID
 * @returns its one form, in small letters with hyphens; null when it is none
 */
export function parseUuid(text: string): string | null {
  const digits = text
    .trim()
    .toLowerCase()
    .replace(/^urn:uuid:/, "")
    .replace(/^\{(.*)\}$/, "$1")
    .replaceAll("-", "");
  if (!HEX.test(digits)) return null;
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
}

/**
 * A random UUID.
 *
 * @returns version 4 of RFC 9562
 * @example console.log(uuid4()[14]); // → 4
 */
export function uuid4(): string {
  return randomUUID();
}

let lastMs = 0;
let sequence = 0;

/**
 * A UUID that begins with the time, so that new rows go to the end of an index. Within this process each is greater than
 * the one before, also within a millisecond: 12 bits count (RFC 9562, 6.2, method 1), 62 are random.
 *
 * @returns version 7 of RFC 9562
 * @example
 * const [first, second] = [uuid7(), uuid7()];
 * console.log(first[14], first < second); // → 7 true
 */
export function uuid7(): string {
  const random = randomBytes(10);
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    // Starts low, so that a millisecond has room for at least 2,048.
    sequence = random.readUInt16BE(8) & 0x7ff;
  } else {
    sequence += 1;
    if (sequence > 0xfff) {
      lastMs += 1;
      sequence = 0;
    }
  }
  const time = lastMs.toString(16).padStart(12, "0");
  const variant = ((random[0] ?? 0) & 0x3f) | 0x80;
  const tail = variant.toString(16) + random.toString("hex", 1, 8);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence.toString(16).padStart(3, "0")}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
