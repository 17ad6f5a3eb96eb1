import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import { CharField, IntegerField, Manager, Model, QuerySet } from "../../src/index.js";
import {
  AlterModelManagers,
  CreateModel,
  detectMigrations,
  type HistoricalQuerySet,
  migrationCode,
  optimize,
  RenameField,
  RunCode,
  stateFromModels,
} from "../../src/migrations/index.js";
import { metaOf } from "../../src/models/meta.js";
import { describeEachBackend } from "../support/backends.js";
import { dropEverything, executorOf, stateOf } from "./support.js";

class TaskQuerySet extends QuerySet<Task> {
  static override readonly useInMigrations = true;
  urgent() {
    return this.filter({ priority__gte: 5 });
  }
}
class OpenManager extends Manager<Task> {
  static override readonly useInMigrations = true;
  override getQueryset() {
    return super.getQueryset().filter({ done: 0 });
  }
}
class HiddenManager extends Manager<Task> {}

const fields = { title: CharField({ maxLength: 9 }), priority: IntegerField({ default: 0 }), done: IntegerField({ default: 0 }) };
class Task extends Model<Task>("managed.Task")(fields, { managers: { open: OpenManager, hidden: HiddenManager } }) {
  static override objects = TaskQuerySet.asManager(() => Task);
}

const task = { title: CharField({ maxLength: 9 }), priority: IntegerField({ default: 0 }), done: IntegerField({ default: 0 }) };

describe("managers in migrations", () => {
  const state = stateFromModels([metaOf(Task)]);
  const findReference = (value: unknown) =>
    value === TaskQuerySet || value === OpenManager ? { module: "../models.js", name: (value as { name: string }).name } : undefined;

  it("are those whose class says so, of the option and static ones", () => {
    expect(state.get("managed", "Task").options.managers).toEqual({ open: OpenManager, objects: TaskQuerySet });
  });

  it("are detected when they come, change and go, and written as imports", async () => {
    const before = stateOf({ "managed.Task": [task] });
    const [planned] = await detectMigrations({ from: before, to: state });
    expect(planned?.operations.map((operation) => operation.describe())).toEqual(["Change managers of Task"]);
    const code = migrationCode("managed.0002", { operations: planned?.operations ?? [] }, findReference);
    expect(code).toContain('import { OpenManager, TaskQuerySet } from "../models.js";');
    expect(code).toMatch(/AlterModelManagers\("Task", \{\s*open: OpenManager,\s*objects: TaskQuerySet,?\s*\}\)/);
    const gone = await detectMigrations({ from: state, to: before });
    expect(migrationCode("managed.0003", { operations: gone[0]?.operations ?? [] })).toContain('AlterModelManagers("Task", {})');
    expect(await detectMigrations({ from: state, to: stateFromModels([metaOf(Task)]) })).toEqual([]);
    const made = await detectMigrations({ from: stateOf({}), to: state });
    expect(migrationCode("managed.0001", { operations: made[0]?.operations ?? [] }, findReference)).toContain("open: OpenManager");
  });

  it("says what to do about a class that no module exports", async () => {
    const [planned] = await detectMigrations({ from: stateOf({}), to: state });
    expect(() => migrationCode("managed.0001", { operations: planned?.operations ?? [] })).toThrow(
      /the function "OpenManager" cannot be written into a migration. Export it from the file that has it/,
    );
  });

  it("are joined with what is before", () => {
    const operations = [CreateModel("Task", task), AlterModelManagers("Task", { open: OpenManager }), AlterModelManagers("Task", {})];
    const [joined, ...rest] = optimize(operations, "managed");
    expect([joined?.deconstruct().args[2], rest]).toEqual([undefined, []]);
  });
});

describeEachBackend("historical models", () => {
  beforeEach(() => dropEverything("default"));
  afterEach(() => dropEverything("default"));

  it("have the managers of their time", async () => {
    const seen: unknown[] = [];
    const executor = executorOf({
      "managed.0001": {
        operations: [CreateModel("Task", task, { managers: { open: OpenManager, objects: TaskQuerySet } })],
      },
      "managed.0002": {
        dependencies: [["managed", "0001"]],
        operations: [
          RenameField("Task", "title", "name"),
          RunCode({
            async forward(apps, { alias }) {
              const OldTask = apps.getModel<{ readonly open: HistoricalQuerySet; readonly objects: { urgent(): HistoricalQuerySet } }>(
                "managed",
                "Task",
              );
              expectTypeOf(OldTask.open).toEqualTypeOf<HistoricalQuerySet>();
              for (const [name, priority, done] of [
                ["a", 1, 0],
                ["b", 7, 0],
                ["c", 9, 1],
              ])
                await OldTask.objects.using(alias).create({ name, priority, done });
              seen.push(await OldTask.open.using(alias).count(), await OldTask.objects.urgent().using(alias).count());
              seen.push((await OldTask.open.using(alias).orderBy("name")).map(({ name }) => name));
            },
          }),
          AlterModelManagers("Task", {}),
          RunCode({
            async forward(apps, { alias }) {
              const OldTask = apps.getModel("managed", "Task");
              // @ts-expect-error no manager that was named
              seen.push(OldTask.open, await OldTask.objects.using(alias).count());
            },
          }),
        ],
      },
    });
    await executor.migrate();
    expect(seen).toEqual([2, 2, ["a", "b"], undefined, 3]);
  });
});
