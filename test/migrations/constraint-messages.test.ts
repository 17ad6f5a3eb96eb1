import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  AddConstraint,
  AlterConstraint,
  CheckConstraint,
  CreateModel,
  IntegerField,
  migrationCode,
  type Operation,
  optimize,
  ProjectState,
  Q,
  RemoveConstraint,
} from "../../src/migrations/index.js";
import { captureQueries } from "../../src/testing/index.js";
import { describeEachBackend } from "../support/backends.js";
import { type Models, Project, rows } from "./support.js";

const check = (violationErrorMessage?: string) =>
  CheckConstraint({
    check: Q({ age__gte: 0 }),
    name: "age_not_negative",
    ...(violationErrorMessage === undefined ? {} : { violationErrorMessage, violationErrorCode: "age" }),
  });
const author = (...messages: readonly string[]): Models => ({
  "blog.Author": [{ age: IntegerField() }, { constraints: [check(...messages)] }],
});

describeEachBackend("a constraint whose message changes", () => {
  let project: Project;
  beforeEach(() => {
    project = new Project();
  });
  afterEach(() => project.remove());

  it("is altered in the state only, there and back", async () => {
    await project.evolve(author());
    await rows("INSERT INTO blog_author (age) VALUES (3)");
    const files = await project.evolve(author("an age is not negative"));
    expect(Object.keys(files)).toEqual(["blog.0002_alter_author_age_not_negative"]);
    expect(Object.values(files)[0]).toContain('violationErrorMessage: "an age is not negative"');
    const back = await captureQueries(() => project.migrate({ app: "blog", name: "0001" }));
    expect(back.filter(({ sql }) => sql.includes("age_not_negative"))).toEqual([]);
    await expect(rows("INSERT INTO blog_author (age) VALUES (-3)")).rejects.toThrow(/age_not_negative|CHECK/);
  });

  it("is made anew where its condition changes too", async () => {
    await project.evolve(author());
    const files = await project.evolve({
      "blog.Author": [
        { age: IntegerField() },
        {
          constraints: [CheckConstraint({ check: Q({ age__gte: 18 }), name: "age_not_negative", violationErrorMessage: "too young" })],
        },
      ],
    });
    expect(Object.values(files)[0]).toMatch(/RemoveConstraint[\s\S]*AddConstraint/);
    await expect(rows("INSERT INTO blog_author (age) VALUES (17)")).rejects.toThrow(/age_not_negative|CHECK/);
  });
});

describe("AlterConstraint", () => {
  const model = CreateModel("Author", { age: IntegerField() });

  it("joins what is before and after it", () => {
    const names = (...operations: readonly Operation[]) => optimize(operations, "blog").map((each) => each.deconstruct().name);
    expect(names(AddConstraint("Author", check()), AlterConstraint("Author", check("no")))).toEqual(["AddConstraint"]);
    expect(names(model, AddConstraint("Author", check()), AlterConstraint("Author", check("no")))).toEqual(["CreateModel"]);
    expect(names(AlterConstraint("Author", check("a")), AlterConstraint("Author", check("b")))).toEqual(["AlterConstraint"]);
    expect(names(AlterConstraint("Author", check("a")), RemoveConstraint("Author", "age_not_negative"))).toEqual(["RemoveConstraint"]);
    expect(migrationCode("blog.0002", { operations: [AlterConstraint("Author", check("no"))] })).toContain('violationErrorCode: "age"');
  });

  it("names the constraints that there are", () => {
    const state = model.stateForwards("blog", new ProjectState());
    expect(() => AlterConstraint("Author", check()).stateForwards("blog", state)).toThrow(
      /AlterConstraint: blog.Author has no constraint "age_not_negative"/,
    );
  });
});

describeEachBackend("a model with a version", () => {
  let project: Project;
  beforeEach(() => {
    project = new Project();
  });
  afterEach(() => project.remove());

  it("keeps its versionField through renames, and loses it with the field", async () => {
    const versioned = (name: string): Models => ({
      "blog.Page": [{ [name]: IntegerField({ default: 0 }), size: IntegerField({ default: 0 }) }, { versionField: name }],
    });
    await project.evolve(versioned("version"));
    const files = await project.evolve(versioned("revision"), { renames: { fields: { "blog.Page": { version: "revision" } } } });
    expect(Object.values(files)[0]).not.toContain("AlterModelOptions");
    const gone = await project.evolve({ "blog.Page": [{ size: IntegerField({ default: 0 }) }] });
    expect(Object.values(gone)[0]).toContain("AlterModelOptions");
    await project.migrate({ app: "blog", name: "zero" });
  });
});
