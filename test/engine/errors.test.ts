import { describe, expect, it, vi } from "vitest";
import * as errors from "../../src/errors.js";
import { closestNames, didYouMean } from "../../src/suggestions.js";

const { DatabaseError, DormError, FieldError, IntegrityError, UniqueViolation, ValidationError } = errors;

describe("errors", () => {
  it("have the name of their class, and descend as documented", () => {
    const error = new UniqueViolation("twice", {
      code: "23505",
      alias: "default",
      vendor: "postgresql",
      sql: "INSERT",
      constraint: "c",
      table: "t",
      columns: ["a"],
    });
    for (const parent of [UniqueViolation, IntegrityError, DatabaseError, DormError, Error]) expect(error).toBeInstanceOf(parent);
    expect(error).not.toBeInstanceOf(FieldError);
    expect(error.name).toBe("UniqueViolation");
    expect(error.stack).toMatch(/^UniqueViolation: twice/);
    expect({ ...error }).toEqual({
      code: "23505",
      alias: "default",
      vendor: "postgresql",
      sql: "INSERT",
      constraint: "c",
      table: "t",
      columns: ["a"],
    });
    expect(Object.keys(new FieldError("no"))).toEqual([]);
  });

  it("keep their cause", () => {
    const cause = new Error("driver");
    expect(new DatabaseError("ours", { cause }).cause).toBe(cause);
    expect(new DatabaseError("ours")).not.toHaveProperty("cause");
  });

  it("every class has a name of its own", () => {
    let count = 0;
    for (const [name, exported] of Object.entries<unknown>(errors)) {
      const prototype: unknown = typeof exported === "function" ? exported.prototype : null;
      if (!(prototype instanceof Error)) continue;
      count++;
      expect(prototype.name).toBe(name === "NPlusOneError" || name === "QueryCountError" ? "AssertionError" : name);
    }
    expect(count).toBeGreaterThan(30);
  });

  it("of another copy of the package are recognised, those of a user's subclass are not", async () => {
    vi.resetModules();
    const copy = await import("../../src/errors.js");
    const foreign = new copy.UniqueViolation("twice");
    expect(copy.UniqueViolation).not.toBe(UniqueViolation);
    expect(foreign).toBeInstanceOf(UniqueViolation);
    expect(foreign).toBeInstanceOf(IntegrityError);
    expect(foreign).not.toBeInstanceOf(FieldError);
    class Mine extends IntegrityError {}
    expect(new Mine("mine")).toBeInstanceOf(Mine);
    expect(new Mine("mine")).toBeInstanceOf(IntegrityError);
    expect(new IntegrityError("plain")).not.toBeInstanceOf(Mine);
    expect({}).not.toBeInstanceOf(DormError);
    const nothing: unknown = null;
    expect(nothing instanceof DormError).toBe(false);
  });
});

describe("ValidationError", () => {
  it("takes a message, a list, and messages by field, and merges errors among them", () => {
    expect(new ValidationError("no").errors).toEqual({ __all__: ["no"] });
    const merged = new ValidationError({ age: ["too low", new ValidationError("odd")], inner: new ValidationError({ name: "empty" }) });
    expect(merged.errors).toEqual({ age: ["too low", "odd"], name: ["empty"] });
    expect(merged.messages).toEqual(["too low", "odd", "empty"]);
    expect(new ValidationError([merged, "whole"], { model: "blog.Author" }).message).toBe(
      "blog.Author.age: too low; odd; blog.Author.name: empty; whole",
    );
  });
});

describe("suggestions", () => {
  it("are near in spelling, whatever the case and the separators", () => {
    expect(closestNames("nmae", ["name", "age", "email"])).toEqual(["name"]);
    expect(closestNames("created_at", ["createdAt", "updatedAt"])).toEqual(["createdAt"]);
    expect(closestNames("emial", ["email", "name"])).toEqual(["email"]);
    expect(closestNames("publish", ["publishedDate", "name"])).toEqual(["publishedDate"]);
    expect(closestNames("xyz", ["name", "age"])).toEqual([]);
    expect(closestNames("nam", ["name", "names", "game", "lame", "same"], 2)).toEqual(["name", "names"]);
  });

  it("make a sentence, or list what there is", () => {
    expect(didYouMean("nmae", ["name", "age"])).toBe('Did you mean "name"?');
    expect(didYouMean("zzz", ["name", "age"])).toBe('Choices are: "name", "age".');
    expect(
      didYouMean(
        "zzz",
        Array.from({ length: 40 }, (_, index) => `field${index}`),
      ),
    ).toBe("");
  });
});
