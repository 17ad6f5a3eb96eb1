// Runs every `check:*` script of package.json in turn, or the ones named, and says which failed.
// With --json FILE the counts are also written there.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({ options: { json: { type: "string" } }, allowPositionals: true });
const { scripts } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const all = Object.keys(scripts).filter((name) => name.startsWith("check:"));
const chosen = positionals.length === 0 ? all : positionals.map((name) => (name.startsWith("check:") ? name : `check:${name}`));
const unknown = chosen.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`No such check: ${unknown.join(", ")}. There are ${all.map((name) => name.slice(6)).join(", ")}.`);
  process.exit(2);
}

const failed = [];
for (const name of chosen) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync("npm", ["run", "--silent", name], { encoding: "utf8", maxBuffer: 64 << 20 });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (status === 0) {
    console.log(`✓ ${name} (${seconds} s)`);
  } else {
    failed.push(name);
    console.log(`✗ ${name} (${seconds} s)\n${stdout}${stderr}`);
  }
}
const passed = chosen.length - failed.length;
console.log(failed.length === 0 ? `${passed} checks passed` : `${passed} checks passed, ${failed.length} failed: ${failed.join(", ")}`);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ passed, failed: failed.length }));
process.exitCode = failed.length === 0 ? 0 : 1;
