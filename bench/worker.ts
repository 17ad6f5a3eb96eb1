// The process of one contestant: `node bench/worker.ts CONTESTANT_FILE DATABASE SECONDS SERVER CORE`, started by run.ts, to
// which it sends what it measured.
import type { Contestant } from "./contestant.ts";
import { type Measurement, measure } from "./measure.ts";
import type { Database } from "./music.ts";
import { setStage } from "./stage.ts";
import { CLEAN_SQL, tasks } from "./tasks.ts";

/** What a worker sends: one message for each task, and the name at first. */
export type WorkerMessage =
  | { readonly name: string; readonly packages: readonly string[] }
  | { readonly measurement: Measurement; readonly pinned: boolean };

const [file, database, seconds, server, core] = process.argv.slice(2) as [string, Database, string, string, string];
const send = (message: WorkerMessage): unknown => process.send?.(message);

// Every file of contestants/ exports this.
const { contestant } = (await import(file)) as { contestant: Contestant };
send({ name: contestant.name, packages: contestant.packages });
const stage = await setStage(database, server);
try {
  const session = await contestant.open(stage.target, database);
  for (const task of tasks) {
    const check = (answer: unknown, turn: number): void => {
      const fault = task.fault(answer, turn);
      if (fault !== null) throw new Error(`${contestant.name}, ${task.title}: ${fault}`);
    };
    check(await task.run(session, 0), 0);
    if (task.leaves !== undefined) await stage.run(CLEAN_SQL);
    const pinned = core === "" ? false : await stage.pin(Number(core));
    const { measurement, turns } = await measure(task, session, Number(seconds), check);
    if (task.leaves !== undefined) {
      const found = await stage.number(task.leaves.sql);
      const expected = task.leaves.expected(turns);
      if (found !== expected) throw new Error(`${contestant.name}, ${task.title}: ${expected} rows expected in the table, ${found} found`);
      await stage.run(CLEAN_SQL);
    }
    send({ measurement, pinned });
  }
  await session.close();
} finally {
  await stage.strike();
}
process.disconnect?.();
