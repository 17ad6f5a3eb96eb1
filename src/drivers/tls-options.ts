import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { ImproperlyConfigured } from "../errors.js";

/** Paths of certificates. */
type CertificateFiles = Readonly<Record<"ca" | "cert" | "key", string | undefined>>;

/**
 * What a mode of encryption means for Node, as libpq reads it: "require" encrypts without checking whom it talks to,
 * unless a root certificate is given.
 *
 * @param mode - one of "disable", "allow", "prefer", "require", "no-verify", "verify-ca", "verify-full"
 * @param vendor - for errors
 * @returns false: no encryption; null: there is no such mode
 * @throws ImproperlyConfigured when a file cannot be read
 */
export function tlsOptions(mode: string, files: CertificateFiles, vendor: string): false | ConnectionOptions | null {
  const certificates: ConnectionOptions = {};
  for (const part of ["ca", "cert", "key"] as const) {
    const path = files[part];
    if (path === undefined) continue;
    try {
      certificates[part] = readFileSync(path, "utf8");
    } catch (cause) {
      throw new ImproperlyConfigured(`The certificate ${path} of the database's options cannot be read.`, { cause, vendor });
    }
  }
  if (mode === "disable") return false;
  if (mode === "verify-full") return certificates;
  if (mode === "verify-ca" || (mode === "require" && certificates.ca !== undefined)) {
    return { ...certificates, checkServerIdentity: () => undefined };
  }
  if (mode === "require" || mode === "no-verify") return { ...certificates, rejectUnauthorized: false };
  return mode === "allow" || mode === "prefer" ? false : null;
}
