import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { inspectSchema } from "../../src/migrations/index.js";
import { type Backend, describeEachBackend } from "../support/backends.js";
import { dropEverything, rows } from "./support.js";

const loader = fileURLToPath(new URL("../engine/source-loader.mjs", import.meta.url));
const source = (path: string): string => new URL(`../../src/${path}`, import.meta.url).href;

/** A program that migrates; `slow` keeps it inside of its second file until it is killed. */
const program = (url: string, slow: boolean): string => `
  import { configure } from "${source("engine/settings.ts")}";
  import { closeAll } from "${source("engine/connections.ts")}";
  import { AddField, CharField, CreateModel, IntegerField, Migration, MigrationExecutor, RunCode } from "${source("migrations/index.ts")}";
  configure({ databases: { default: ${JSON.stringify(url)} } });
  const wait = RunCode({ forward: async () => { console.log("inside"); await new Promise((resolve) => setTimeout(resolve, ${slow ? 60_000 : 5})); }, reverse: RunCode.noop });
  const migrations = [
    new Migration("blog", "0001_initial", { operations: [CreateModel("Author", { name: CharField({ maxLength: 9 }) })] }),
    new Migration("blog", "0002_age", { dependencies: [["blog", "0001_initial"]], operations: [AddField("Author", "age", IntegerField({ default: 1 })), wait] }),
    new Migration("blog", "0003_rank", { dependencies: [["blog", "0002_age"]], operations: [AddField("Author", "rank", IntegerField({ null: true }))] }),
  ];
  const done = await new MigrationExecutor({ migrations }).migrate();
  console.log(JSON.stringify(done.map(({ name }) => name)));
  await closeAll();`;

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function start(code: string, onOutput: (text: string, kill: () => void) => void = () => {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "--import", loader, "--input-type=module", "-e", code]);
    let output = "";
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      onOutput(output, () => child.kill("SIGKILL"));
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("close", (exit) => resolve({ code: exit, output }));
  });
}

describeEachBackend("several processes", { only: ["sqlite-file", "postgresql"] }, (backend: Backend) => {
  beforeEach(() => dropEverything("default"));
  afterEach(() => dropEverything("default"));

  it("apply each migration once when ten start together", { timeout: 90_000 }, async () => {
    const ended = await Promise.all(Array.from({ length: 10 }, () => start(program(backend.url, false))));
    expect(ended.filter(({ code }) => code !== 0)).toEqual([]);
    const applied = ended.flatMap(({ output }) => JSON.parse(output.slice(output.indexOf("["))) as string[]);
    expect(applied.sort()).toEqual(["0001_initial", "0002_age", "0003_rank"]);
    expect((await rows("SELECT name FROM dorm_migrations ORDER BY id")).map(({ name }) => name)).toEqual([
      "0001_initial",
      "0002_age",
      "0003_rank",
    ]);
  });

  it("go on where one was killed inside a file", { timeout: 60_000 }, async () => {
    const killed = await start(program(backend.url, true), (output, kill) => {
      if (output.includes("inside")) kill();
    });
    expect(killed.code).toBeNull();
    expect((await rows("SELECT name FROM dorm_migrations")).map(({ name }) => name)).toEqual(["0001_initial"]);
    const next = await start(program(backend.url, false));
    expect(next).toMatchObject({ code: 0 });
    expect(next.output).toContain('["0002_age","0003_rank"]');
    expect((await inspectSchema()).find(({ name }) => name === "blog_author")?.columns.map(({ name }) => name)).toEqual([
      "id",
      "name",
      "age",
      "rank",
    ]);
  });
});
