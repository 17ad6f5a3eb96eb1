import { existsSync } from "node:fs";
import { expect, inject, it } from "vitest";
import { getConnection } from "../../src/engine/connections.js";
import { describeEachBackend } from "./backends.js";

describeEachBackend("a database of a test", { aliases: ["default", "other"] }, (backend) => {
  it("is empty, and answers", async () => {
    const connection = getConnection("default");
    await connection.execute("CREATE TABLE thing (id integer PRIMARY KEY)");
    await connection.execute("INSERT INTO thing (id) VALUES (%s)", [7]);
    const { rows } = await connection.execute("SELECT count(*) AS things FROM thing");
    expect(rows.map((row) => Number(row.things))).toEqual([1]);
  });

  it("is another one for another alias", async () => {
    const connection = getConnection("other");
    await connection.execute("CREATE TABLE thing (id integer PRIMARY KEY)");
    const { rows } = await connection.execute("SELECT count(*) AS things FROM thing");
    expect(rows.map((row) => Number(row.things))).toEqual([0]);
  });

  backend.skipUnless(backend.name === "sqlite-file", "only files are on disk")("is a file where it says so", () => {
    expect(existsSync(new URL(backend.url.replace("sqlite:///", "file://")))).toBe(true);
  });

  backend.skipUnless(backend.vendor === "postgresql", "SQLite has no databases within a server")(
    "carries the mark of its run",
    async () => {
      const { rows } = await getConnection("default").execute("SELECT current_database() AS name");
      expect(rows[0]?.name).toContain(inject("runId"));
    },
  );
});
