// Completes package-lock.json: `node .ci/complete-lock.mjs` after an `npm install`.
//
// A registry mirror may not serve the builds of native packages for platforms other than its own; npm then leaves
// those optional packages out of the lock file and `npm ci` refuses that file everywhere. What npm needs to skip a
// foreign build is its version, which its parent pins, and its platform, which its name says.
import { readFileSync, writeFileSync } from "node:fs";

const path = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));

const systems = ["aix", "android", "darwin", "freebsd", "linux", "linuxmusl", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const processors = ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

/** The os, cpu and libc fields of a platform's package, read from its name; null where the name says no platform. */
function platformOf(name) {
  const words = name.split("/").pop().split("-");
  const system = words.find((word) => systems.includes(word));
  const processor = words.find((word) => processors.includes(word));
  if (processor === "wasm32" && system === undefined) return { cpu: ["wasm32"] };
  if (system === undefined || processor === undefined) return null;
  const musl = system === "linuxmusl" || words.some((word) => word.startsWith("musl"));
  const os = system === "linuxmusl" ? "linux" : system;
  return { cpu: [processor], os: [os], ...(os === "linux" ? { libc: [musl ? "musl" : "glibc"] } : {}) };
}

/** Where Node would look for `name` from the package at `parent`, innermost first. */
function* placesFor(parent, name) {
  for (let folder = parent; ; ) {
    yield folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (folder === "") return;
    const cut = folder.lastIndexOf("node_modules/");
    folder = cut <= 0 ? "" : folder.slice(0, cut - 1);
  }
}

const added = [];
const unknown = [];
for (const [parent, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if ([...placesFor(parent, name)].some((place) => lock.packages[place]?.version !== undefined)) continue;
    const platform = platformOf(name);
    if (platform === null || !/^\d/.test(version)) {
      unknown.push(`${name}@${version}, wanted by ${parent}`);
      continue;
    }
    lock.packages[`node_modules/${name}`] = { version, ...platform, ...(entry.dev ? { dev: true } : {}), optional: true };
    added.push(`${name}@${version}`);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? "package-lock.json is complete" : `Added to package-lock.json: ${added.join(", ")}`);
if (unknown.length > 0) {
  console.error(`Cannot tell the platform or the version of: ${unknown.join("; ")}`);
  process.exitCode = 1;
}
