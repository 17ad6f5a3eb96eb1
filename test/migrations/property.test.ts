import fc from "fast-check";
import { expect, it } from "vitest";
import { run } from "../../src/engine/run.js";
import { inspectSchema, type MigrationQuestioner, type ProjectState, type TableInfo } from "../../src/migrations/index.js";
import { differencesFlow } from "../../src/migrations/introspection/differences.js";
import { StatementRunner } from "../../src/migrations/schema/statement-runner.js";
import { describeEachBackend } from "../support/backends.js";
import { CHANGES, type Change, RandomModels } from "./random-models.js";
import { Project, rows, stateOf } from "./support.js";

const change: fc.Arbitrary<Change> = fc.record({ kind: fc.constantFrom(...CHANGES), a: fc.nat(50), b: fc.nat(50), c: fc.nat(50) });
const steps = fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 5 });

/** Values for rows that are there, by the kind of field. */
const questioner: MigrationQuestioner = {
  isModelRenamed: () => false,
  isFieldRenamed: () => false,
  defaultFor(_label, _name, field) {
    const values: Record<string, unknown> = {
      CharField: "given",
      TextField: "given",
      IntegerField: 3,
      BigIntegerField: 3n,
      BooleanField: true,
      DateTimeField: new Date(0),
      DecimalField: "1.5",
      JSONField: { given: true },
    };
    return { kind: "value", value: values[field.kind] };
  },
};

async function expectSchema(state: ProjectState): Promise<void> {
  const metas = [...state.models.keys()].map((label) => state.historical.meta(label));
  expect(await run(differencesFlow(new StatementRunner("default"), metas))).toEqual([]);
}

/** Two rows in every table that takes rows with a name only. */
async function fill(state: ProjectState): Promise<void> {
  for (const [label, model] of state.models) {
    const { objects } = state.historical.getModel(model.app, model.name);
    if (!model.fields.has("name") || (await objects.count()) > 0) continue;
    for (const name of ["first", "second"]) {
      const values: Record<string, unknown> = { name };
      for (const [field, { kind, ...rest }] of model.fields) {
        const needed = "null" in rest && !rest.null && field !== "name" && field !== "id" && !Object.hasOwn(rest.options, "dbDefault");
        if (needed)
          Object.assign(values, {
            [field]: ((await questioner.defaultFor(label, field, { kind } as never, "add")) as { value: unknown }).value,
          });
      }
      await objects.create(values);
    }
  }
}

/** The names of the rows by table. */
async function names(state: ProjectState): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const [label, model] of state.models) {
    if (!model.fields.has("name")) continue;
    const { table } = state.historical.meta(label);
    const column = state.historical.meta(label).column("name").column;
    found[label] = (await rows(`SELECT id, "${column}" AS name FROM "${table}" ORDER BY id`)).map(({ name }) => name);
  }
  return found;
}

/** The order of columns does not count: a column that comes back is the last one. */
const comparable = (tables: readonly TableInfo[]): unknown =>
  tables.map((table) => ({
    ...table,
    columns: [...table.columns].sort((left, right) => (left.name < right.name ? -1 : 1)),
    uniques: table.uniques.map(({ definition }) => definition).sort(),
    checks: table.checks.map(({ condition }) => condition).sort(),
    foreignKeys: table.foreignKeys.map(({ columns, table: target, targets }) => [columns, target, targets].join()).sort(),
    indexes: table.indexes.map(({ definition, name }) => [name, definition].join()).sort(),
  }));

describeEachBackend("random changes of models, there and back", { only: ["sqlite", "postgresql"] }, () => {
  it("keep schema, state and rows in agreement at every step", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (batches) => {
        const project = new Project();
        try {
          const random = new RandomModels();
          const points: { targets: Record<string, string>; schema: unknown }[] = [];
          for (const batch of batches) {
            for (const each of batch) random.apply(each);
            const models = random.models();
            const before = stateOf(models);
            await project.evolve(models, { questioner });
            await expectSchema(before);
            await fill(before);
            const targets: Record<string, string> = {};
            for (const { app, name } of await project.load()) targets[app] = name;
            points.push({ targets, schema: comparable(await inspectSchema()) });
          }
          const apps = Object.keys(points.at(-1)?.targets ?? {});
          for (const { targets, schema } of points.reverse()) {
            for (const app of apps) await project.migrate({ app, name: targets[app] ?? "zero" });
            expect(comparable(await inspectSchema())).toEqual(schema);
          }
          for (const app of apps) await project.migrate({ app, name: "zero" });
          expect((await inspectSchema()).map(({ name }) => name)).toEqual(["dorm_migrations"]);
        } finally {
          await project.remove();
        }
      }),
      { numRuns: Number(process.env.DORM_PROPERTY_RUNS ?? 15), seed: 20261121, endOnFailure: false },
    );
  });

  it("leave the rows of models that stay alone", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (batches) => {
        const project = new Project();
        try {
          const random = new RandomModels();
          let kept: Record<string, unknown> = {};
          for (const batch of batches) {
            for (const each of batch) random.apply(each);
            const state = stateOf(random.models());
            await project.evolve(random.models(), { questioner });
            const now = await names(state);
            for (const [label, before] of Object.entries(kept))
              if (label in now) expect({ [label]: now[label] }).toEqual({ [label]: before });
            await fill(state);
            kept = await names(state);
          }
        } finally {
          await project.remove();
        }
      }),
      { numRuns: Number(process.env.DORM_PROPERTY_RUNS ?? 10), seed: 42 },
    );
  });
});
