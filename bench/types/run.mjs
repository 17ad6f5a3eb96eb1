/**
 * What the types cost: a schema of 100 models and 60 lines of queries. Prints the wall time of TypeScript 7 and the
 * instantiations and the check time of TypeScript 5.9, for schemas of several sizes, so that a cost which follows the
 * schema and not the queries shows.
 *
 *     npm run bench:types            # on the built package; exit code 1 above the budget
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { queries, schema } from "./generate.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const LIBRARY = join(ROOT, "dist/index.js");
const BUDGET_MS = 2000;

/** Runs a compiler on a folder; gives its output and the milliseconds that it took. */
function compile(version, folder, ...options) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, "node_modules", version, "bin/tsc"), "-p", folder, ...options],
    { encoding: "utf8" },
  );
  const elapsedMs = performance.now() - started;
  if (status !== 0) throw new Error(`${version} refuses the schema:\n${stdout}${stderr}`);
  return { elapsedMs, stdout };
}

/** Writes the project and compiles it with both compilers. */
function measure(models, lines) {
  const scratch = join(ROOT, "node_modules/.cache");
  mkdirSync(scratch, { recursive: true });
  const folder = mkdtempSync(join(scratch, "dorm-types-"));
  try {
    const library = relative(folder, LIBRARY);
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
    writeFileSync(join(folder, "schema.ts"), schema(models, library));
    writeFileSync(join(folder, "queries.ts"), queries(lines, models, library));
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: join(ROOT, "tsconfig.json"), include: ["./*.ts"] }));
    const { elapsedMs } = compile("typescript-7", folder);
    const { stdout } = compile("typescript-5.9", folder, "--extendedDiagnostics");
    const figure = (name) => new RegExp(`^${name}:\\s+(.*)$`, "m").exec(stdout)?.[1] ?? "?";
    return {
      models,
      lines,
      "TypeScript 7 ms": Math.round(elapsedMs),
      instantiations: figure("Instantiations"),
      types: figure("Types"),
      "check (5.9)": figure("Check time"),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const rows = [measure(100, 0), measure(50, 60), measure(100, 60), measure(200, 60)];
console.table(rows);
const [, , main] = rows;
if (main["TypeScript 7 ms"] > BUDGET_MS) {
  console.error(`100 models and 60 queries took ${main["TypeScript 7 ms"]} ms; the budget is ${BUDGET_MS} ms`);
  process.exitCode = 1;
}
