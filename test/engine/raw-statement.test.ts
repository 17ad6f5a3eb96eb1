import { describe, expect, it } from "vitest";
import { statementKind } from "../../src/engine/raw-statement.js";

describe("the kind of SQL", () => {
  it.each([
    ["SELECT 1", "select"],
    ["/* a */ -- b\n (SELECT 1)", "select"],
    ["WITH a AS (SELECT 'delete' AS x) SELECT * FROM a", "select"],
    ["WITH a AS (SELECT 1 AS merge) SELECT merge FROM a", "select"],
    ["WITH a AS (DELETE FROM b RETURNING *) SELECT * FROM a", "delete"],
    ["WITH a AS (SELECT 1) INSERT INTO b SELECT * FROM a", "insert"],
    ["WITH a AS (SELECT 1) MERGE INTO b USING a ON true WHEN MATCHED THEN DO NOTHING", "update"],
    ["MERGE INTO b USING a ON true WHEN MATCHED THEN DELETE", "update"],
    ["EXPLAIN ANALYZE MERGE INTO b USING a ON true WHEN MATCHED THEN DO NOTHING", "other"],
    ["EXPLAIN SELECT 1", "select"],
    ["VACUUM", "other"],
  ])("%s", (sql, kind) => expect(statementKind(sql)).toBe(kind));
});
