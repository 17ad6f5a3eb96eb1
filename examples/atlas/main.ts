import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { closeAll, configure, postQuery } from "dorm";
import { load } from "./load.ts";
import { City, Country } from "./models.ts";
import { questions } from "./questions.ts";

const USAGE = `npm run demo -- [--database URL]

  --database URL   where to load the atlas, as postgres://user@host/name; default: a file of SQLite beside this program.
                   The tables atlas_* of that database are dropped and made anew.`;

/** Reads the command line; leaves with the usage where it cannot. */
function readDatabase(): string | null {
  try {
    const { values } = parseArgs({ options: { database: { type: "string" }, help: { type: "boolean" } } });
    if (values.help !== true) return values.database ?? null;
    console.log(USAGE);
    process.exit();
  } catch (error) {
    // parseArgs throws errors only.
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

const dim = (text: string): string => (process.stdout.isTTY ? `\x1b[2m${text}\x1b[22m` : text);
const bold = (text: string): string => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[22m` : text);

/** Runs the body, and gives the SQL of the queries that it made. */
async function listening<T>(body: () => Promise<T>): Promise<{ answer: T; statements: string[]; elapsedMs: number }> {
  const statements: string[] = [];
  const connection = postQuery.connect((event) => {
    if (!event.internal) statements.push(event.sql);
  });
  const started = performance.now();
  try {
    const answer = await body();
    return { answer, statements, elapsedMs: performance.now() - started };
  } finally {
    connection[Symbol.dispose]();
  }
}

setFlagsFromString("--expose-gc");
// With the flag above a new context has the function `gc`.
const collectGarbage = runInNewContext("gc") as () => void;

/** The memory that is in use once the garbage is gone. */
function memoryInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Reads every city by a cursor, a chunk at a time, and says how fast, and how much memory was in use at most. */
async function stream(): Promise<string> {
  const before = memoryInUse();
  let most = before;
  let cities = 0;
  let northern = 0;
  let elapsedMs = 0;
  let started = performance.now();
  for await (const city of City.objects.orderBy("id").iterator({ chunkSize: 2000 })) {
    cities++;
    if (city.latitude > 0) northern++;
    if (cities % 20_000 === 0) {
      elapsedMs += performance.now() - started;
      most = Math.max(most, memoryInUse());
      started = performance.now();
    }
  }
  elapsedMs += performance.now() - started;
  const share = Math.round((100 * northern) / cities);
  const rate = Math.round((1000 * cities) / elapsedMs).toLocaleString("en");
  return [
    `Streamed ${cities.toLocaleString("en")} cities in ${(elapsedMs / 1000).toFixed(2)} s (${rate} a second), ${share} % of them north of the equator;`,
    `on the way at most ${((most - before) / 2 ** 20).toFixed(1)} MB of memory were in use beyond what was before.`,
  ].join("\n");
}

const started = performance.now();
const file = join(import.meta.dirname, "atlas.sqlite3");
const given = readDatabase();
if (given === null) for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
configure({ databases: { default: given ?? `sqlite:///${file}` } });

try {
  const rate = await load();
  for (const [index, question] of questions.entries()) {
    const { answer, statements, elapsedMs } = await listening(() => question.ask());
    console.log(`\n${bold(`${index + 1}. ${question.text}`)}`);
    for (const line of answer) console.log(`   ${line}`);
    for (const sql of statements) console.log(dim(`   ${sql}`));
    console.log(dim(`   ${elapsedMs.toFixed(1)} ms`));
  }
  console.log(`\n${await stream()}`);
  const countries = await Country.objects.count();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const place = given === null ? file : new URL(given).host;
  console.log(
    `\nLoaded ${countries} countries, and their cities at ${rate.toLocaleString("en")} rows a second; ${questions.length} questions.`,
  );
  console.log(`All of it in ${seconds} s; the atlas is in ${place}.`);
} finally {
  await closeAll();
}
