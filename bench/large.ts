/**
 * What a million rows cost: they are inserted, streamed, and deleted through a cascade of two levels, and for each the
 * time and the most memory that it took are printed.
 *
 *   npm run bench:large [-- --rows 1000000] [--database postgres://postgres@127.0.0.1:5432/]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { closeAll, configure, createTables, dropTables, getConnection, postDelete } from "dorm";
import { Album, Artist, Track } from "./dorm-models.ts";

const { values: options } = parseArgs({
  options: { rows: { type: "string", default: "1000000" }, database: { type: "string" } },
});
const rows = Number(options.rows);
if (!Number.isInteger(rows) || rows < 1000) throw new Error(`--rows ${options.rows}: a whole number from 1000 up`);
const artists = Math.ceil(rows / 1000);
/** So that each level multiplies: a thousand artists, a hundred albums each, ten tracks on each. */
const albums = Math.ceil(rows / 10);

const folder = mkdtempSync(join(tmpdir(), "dorm-large-"));
const schema = `dorm_large_${process.pid}`;

function collectGarbage(): void {
  // there where node was started with --expose-gc, as npm run does
  (globalThis as { gc?: () => void }).gc?.();
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

/** Runs a step and prints what it took: the memory beyond that of the moment before, at its most. */
async function measure(name: string, step: (sample: () => void) => Promise<string>): Promise<void> {
  collectGarbage();
  const before = process.memoryUsage();
  const peak = { rss: before.rss, heap: before.heapUsed };
  const sample = (): void => {
    const now = process.memoryUsage();
    peak.rss = Math.max(peak.rss, now.rss);
    peak.heap = Math.max(peak.heap, now.heapUsed);
  };
  const timer = setInterval(sample, 20);
  const started = performance.now();
  const result = await step(sample);
  const seconds = (performance.now() - started) / 1000;
  clearInterval(timer);
  sample();
  console.log(
    [
      name.padEnd(34),
      `${seconds.toFixed(1)} s`.padStart(8),
      `rss +${mebibytes(peak.rss - before.rss)} (${mebibytes(peak.rss)})`.padStart(26),
      `heap +${mebibytes(peak.heap - before.heapUsed)}`.padStart(16),
      result,
    ].join("  "),
  );
}

async function fill(sample: () => void): Promise<void> {
  await Artist.objects.bulkCreate(Array.from({ length: artists }, (_, index) => new Artist({ id: index + 1, name: `artist ${index}` })));
  const size = 20_000;
  for (let start = 0; start < albums; start += size) {
    const count = Math.min(size, albums - start);
    await Album.objects.bulkCreate(
      Array.from({ length: count }, (_, index) => {
        const id = start + index + 1;
        return new Album({ id, title: `album ${id}`, artistId: (id % artists) + 1 });
      }),
    );
    sample();
  }
  for (let start = 0; start < rows; start += size) {
    const count = Math.min(size, rows - start);
    await Track.objects.bulkCreate(
      Array.from({ length: count }, (_, index) => {
        const id = start + index + 1;
        return new Track({ id, name: `track ${id}`, milliseconds: id, bytes: 1, price: 0.5, explicit: false, albumId: (id % albums) + 1 });
      }),
    );
    sample();
  }
}

async function stream(sample: () => void): Promise<string> {
  let count = 0;
  let total = 0;
  for await (const track of Track.objects.iterator()) {
    total += track.milliseconds;
    if (++count % 20_000 === 0) sample();
  }
  if (count !== rows || total !== (rows * (rows + 1)) / 2) throw new Error(`${count} rows, sum ${total}`);
  return `${count} rows`;
}

async function remove(sample: () => void, act: () => Promise<unknown>): Promise<string> {
  const result = await act();
  sample();
  if (await Track.objects.exists()) throw new Error("rows are left");
  return JSON.stringify(result);
}

try {
  configure({ databases: { default: options.database ?? `sqlite:///${join(folder, "large.sqlite3")}` } });
  if (options.database) {
    await getConnection().execute(`CREATE SCHEMA ${schema}`);
    await closeAll();
    const url = new URL(options.database);
    url.searchParams.set("options", `-c search_path=${schema}`);
    configure({ databases: { default: url.href } });
  }
  await createTables([Artist, Album, Track]);
  const inserted = `${artists} artists, ${albums} albums, ${rows} tracks`;
  await measure("insert", async (sample) => fill(sample).then(() => inserted));
  await measure("stream", stream);
  await measure("delete, a cascade of two levels", (sample) => remove(sample, () => Artist.objects.all().delete()));
  await fill(() => {});
  await measure("deleteBatched, 100 artists a batch", (sample) =>
    remove(sample, () => Artist.objects.all().deleteBatched({ batchSize: 100 })),
  );
  await fill(() => {});
  let heard = 0;
  const connection = postDelete.connect(() => void heard++, { sender: Track });
  await measure("deleteBatched, with a receiver", (sample) => remove(sample, () => Artist.objects.all().deleteBatched({ batchSize: 10 })));
  connection[Symbol.dispose]();
  if (heard !== rows) throw new Error(`the receiver heard of ${heard} rows`);
  await dropTables([Artist, Album, Track]);
} finally {
  if (options.database)
    await getConnection()
      .execute(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
      .catch(() => undefined);
  await closeAll();
  rmSync(folder, { recursive: true, force: true });
}
