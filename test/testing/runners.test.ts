import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const programs = fileURLToPath(new URL("programs", import.meta.url));

async function output(args: readonly string[]): Promise<string> {
  // the runners leave marks in the environment by which a child would take itself for part of this run
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_TEST|TEST$|NODE_V8|NODE_ENV|NODE_OPTIONS)/.test(name)),
  );
  const done = promisify(execFile)(process.execPath, args, { cwd: root, env: { ...env, NO_COLOR: "1" }, timeout: 60_000 });
  // failing tests are part of what is run, so that a failing exit code is right
  return done.then(
    () => Promise.reject(new Error("the program did not fail")),
    (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
  );
}

describe("the helpers", () => {
  it("work under node:test", async () => {
    const loader = fileURLToPath(new URL("../engine/source-loader.mjs", import.meta.url));
    const text = await output(["--import", loader, "--test-reporter=tap", `${programs}/node-suite.ts`]);
    const results = [...text.matchAll(/^ {4}((?:not )?ok) \d+ - (.*)$/gm)].map(([, result, title]) => `${result}: ${title}`);
    expect(results).toEqual([
      "ok: undoes what a test did (1)",
      "ok: undoes what a test did (2)",
      "ok: counts queries",
      "ok: captures callbacks",
      "not ok: fails where a commit would",
      "ok: gives fresh objects (1)",
      "ok: gives fresh objects (2)",
    ]);
    expect(text).toContain("a commit would be refused");
    expect(text).toMatch(/^# fail 1$/m);
  });

  it("report failures of tests and of their ends under vitest", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dorm-vitest-"));
    const file = join(folder, "report.json");
    await output([
      `${root}/node_modules/vitest/vitest.mjs`,
      "run",
      "--reporter=json",
      `--outputFile=${file}`,
      "--config",
      `${programs}/vitest.config.ts`,
    ]);
    const report = JSON.parse(readFileSync(file, "utf8")) as {
      testResults: { message: string; assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
    };
    rmSync(folder, { recursive: true });
    const [suite] = report.testResults;
    const results = suite?.assertionResults.map(({ title, status, failureMessages }) => [
      title,
      status,
      failureMessages.join().split("\n")[0],
    ]);
    expect(results).toEqual([
      ["passes", "passed", ""],
      ["fails where a commit would", "failed", expect.stringContaining("a commit would be refused")],
      ["fails by itself", "failed", expect.stringContaining("expected 'what came' to be 'what was expected'")],
      ["passes after that", "passed", ""],
      ["is the first", "passed", ""],
      ["is refused", "failed", expect.stringContaining("tests that run at the same time")],
    ]);
    expect(suite?.message).toBe("");
  });
});
