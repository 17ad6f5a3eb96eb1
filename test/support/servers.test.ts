import pg from "pg";
import { describe, expect, inject, it } from "vitest";

describe("the set-up of the tests", () => {
  it("gives a PostgreSQL that answers, or the reason why there is none", async () => {
    const url = inject("postgresqlUrl");
    if (url === null) {
      expect(inject("missingServers").postgresql).toBeTruthy();
      return;
    }
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<{ answer: number }>("SELECT 42 AS answer");
    await client.end();
    expect(rows).toEqual([{ answer: 42 }]);
  });
});
