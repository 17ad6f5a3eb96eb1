import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { log } from "../engine/logging.js";
import { currentSettings } from "../engine/settings.js";

const SIGNATURE_BYTES = 32;

let ownKey: Buffer | null = null;

/** The key of this process alone, where the settings have none. */
function processKey(): Buffer {
  if (ownKey === null) {
    ownKey = randomBytes(32);
    log(
      "dorm.cache",
      "warning",
      'Neither "cacheSigningKey" nor "secretKey" is set: entries of caches are signed with a random key, so that other processes, and this one after a restart, cannot use them.',
    );
  }
  return ownKey;
}

function signatureOf(key: string, content: Uint8Array): Buffer {
  const { cacheSigningKey, secretKey } = currentSettings();
  // the key is signed too, so that an entry cannot be put in the place of another
  return createHmac("sha256", cacheSigningKey ?? secretKey ?? processKey())
    .update(`${key.length}:${key}`)
    .update(content)
    .digest();
}

/** Content with its signature before it. */
export function sign(key: string, content: Uint8Array): Uint8Array {
  return Buffer.concat([signatureOf(key, content), content]);
}

/** The content that was signed under this key; null for anything else. */
export function verified(key: string, signed: Uint8Array): Uint8Array | null {
  if (signed.length < SIGNATURE_BYTES) return null;
  const content = signed.subarray(SIGNATURE_BYTES);
  return timingSafeEqual(signed.subarray(0, SIGNATURE_BYTES), signatureOf(key, content)) ? content : null;
}
