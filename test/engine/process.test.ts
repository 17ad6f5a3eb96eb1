import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, inject, it } from "vitest";

const engine = new URL("../../src/engine/", import.meta.url);
/** The runner's own transform, in a process of its own. */
const run = (code: string): string =>
  execFileSync(
    process.execPath,
    ["--import", fileURLToPath(new URL("source-loader.mjs", import.meta.url)), "--input-type=module", "-e", code],
    {
      encoding: "utf8",
      timeout: 15_000,
    },
  );

const imports = `
  import { configure } from "${engine}settings.ts";
  import { getConnection } from "${engine}connections.ts";`;

describe("a program", () => {
  it("loads no driver by importing the engine", () => {
    expect(
      run(`${imports}
      import { createRequire } from "node:module";
      configure({ databases: { default: "sqlite::memory:" } });
      await getConnection().execute("SELECT 1");
      console.log(Object.keys(createRequire(import.meta.url).cache).filter((path) => /node_modules.(pg|better-sqlite3)./.test(path)).length);`),
    ).toBe("0\n");
  });

  const url = inject("postgresqlUrl");
  it.skipIf(url === null)("ends by itself although its pool is open", () => {
    expect(
      run(`${imports}
      configure({ databases: { default: { url: ${JSON.stringify(url)}, minPoolSize: 2 } } });
      console.log((await getConnection().execute("SELECT 1 AS one")).rows[0].one);`),
    ).toBe("1\n");
  });
});
