import { readFileSync } from "node:fs";

/** The version of this copy of dorm. */
export function packageVersion(): string {
  // our own package.json, which has a version
  return (JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }).version;
}
