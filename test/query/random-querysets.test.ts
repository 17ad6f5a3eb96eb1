import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { describeEachBackend } from "../support/backends.js";
import { ask, type Description } from "./random/description.js";
import { evaluate } from "./random/evaluate.js";
import { data, description } from "./random/generate.js";
import { type Data, makeTables, store } from "./random/models.js";

/** How many sets of rows are tried; each is asked several questions. `DORM_PROPERTY_RUNS` asks for more, of a new seed. */
const runs = Number(process.env.DORM_PROPERTY_RUNS ?? 25);
const seed = process.env.DORM_PROPERTY_SEED ?? (process.env.DORM_PROPERTY_RUNS === undefined ? "20261121" : undefined);
const QUESTIONS = 6;

/** Whether the order of the rows is told by the queryset; else they are compared in any order. */
const isOrdered = ({ steps }: Description): boolean => steps.some((step) => step.kind === "order");
const sorted = (rows: unknown): string[] => (rows as unknown[]).map((row) => JSON.stringify(row)).sort();

async function agree(rows: Data, question: Description, nullsFirst: boolean): Promise<void> {
  const expected = evaluate(rows, question, nullsFirst);
  const given = await ask(question);
  if (question.terminal.kind === "rows" && !isOrdered(question)) expect(sorted(given)).toEqual(sorted(expected));
  else expect(given).toEqual(expected);
}

describeEachBackend("querysets made at random", { only: ["sqlite", "postgresql"] }, (backend) => {
  beforeAll(makeTables);

  it("answer as an evaluator in memory does", async () => {
    await fc.assert(
      fc.asyncProperty(data, fc.array(description, { minLength: QUESTIONS, maxLength: QUESTIONS }), async (rows, questions) => {
        await store(rows);
        for (const question of questions) await agree(rows, question, backend.vendor === "sqlite");
      }),
      { numRuns: runs, ...(seed !== undefined && { seed: Number(seed) }), endOnFailure: false, interruptAfterTimeLimit: 600_000 },
    );
  }, 600_000);
});
