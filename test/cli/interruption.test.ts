import { expect, it } from "vitest";
import { getConnection } from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { BLOG, CONFIG, projectForTest } from "./support/project.js";

/** Ends its own process while the database works on its next statement. */
const migrationEndedBy = (signal: string): string => `
import { migration, RunCode, RunSQL } from "dorm/migrations";
export default migration({
  dependencies: [["blog", "0001_initial"]],
  operations: [
    RunSQL("CREATE TABLE half_done (id integer)"),
    RunCode({ forward: () => void setTimeout(() => process.kill(process.pid, "${signal}"), 300) }),
    RunSQL("SELECT pg_sleep(60)"),
  ],
});
`;

describeEachBackend("dorm migrate, ended while it runs", { only: ["postgresql"] }, (backend) => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])("cancels the statement on the server and rolls its migration back: %s", { timeout: 60_000 }, async (signal, exitCode) => {
    const project = projectForTest({ "dorm.config.ts": CONFIG, "blog/models.ts": BLOG }, { DATABASE_URL: backend.url });
    await project.output(["makemigrations"]);
    project.write({ "blog/migrations/0002_slow.ts": migrationEndedBy(signal) });
    const { code, stderr } = await project.dorm(["migrate"]);
    expect({ code, stderr }).toEqual({
      code: exitCode,
      stderr: `Stopping: the running statement is cancelled and its migration rolled back; those before it stay.\nError: Ended by ${signal}.\n`,
    });
    expect(await project.output(["showmigrations"])).toBe("blog\n [X] 0001_initial\n [ ] 0002_slow\n");
    const { rows } = await getConnection().execute(
      `SELECT to_regclass('half_done') IS NULL AS undone, (SELECT COUNT(*)::integer FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%' AND state <> 'idle') AS asleep`,
    );
    // the query that asks has the words in its own text, but not at its beginning
    expect(rows).toEqual([{ undone: true, asleep: 0 }]);
    await project.output(["migrate", "blog", "zero"]);
  });
});
