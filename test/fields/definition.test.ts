import { describe, expect, it } from "vitest";
import { ImproperlyConfigured, ValidationError } from "../../src/errors.js";
import { type FieldDefinition, isField } from "../../src/fields/field.js";
import {
  ArrayField,
  AutoField,
  BooleanField,
  CharField,
  DateTimeField,
  DecimalField,
  Duration,
  DurationField,
  EmailField,
  EnumField,
  GeneratedField,
  IntegerField,
  JSONField,
  JSONNull,
  MaxLengthValidator,
  MaxValueValidator,
  MinLengthValidator,
  MinValueValidator,
  RegexValidator,
  SlugField,
  TextField,
  UUIDField,
  validateEmail,
} from "../../src/fields/index.js";
import { bound } from "./support.js";

/** A field as it leaves its factory. */
function unbound(field: unknown): FieldDefinition {
  if (!isField(field)) throw new Error("not a field");
  return field;
}
/** Calls a factory as a user of plain JavaScript could. */
function untyped(factory: unknown, ...args: unknown[]): () => unknown {
  return () => (factory as (...args: unknown[]) => unknown)(...args);
}

describe("options", () => {
  it("are checked, with the nearest name", () => {
    expect(untyped(CharField, { maxLenght: 5 })).toThrow('CharField: unknown option "maxLenght". Did you mean "maxLength"?');
    expect(untyped(CharField, { maxLength: undefined })).toThrow(ImproperlyConfigured);
    expect(untyped(CharField, { maxLength: 0 })).toThrow(ImproperlyConfigured);
    expect(untyped(CharField, { null: "yes" })).toThrow(ImproperlyConfigured);
    expect(untyped(IntegerField, { primaryKey: true, null: true })).toThrow(/primary key cannot be null/);
    expect(untyped(DecimalField, { maxDigits: 2, decimalPlaces: 3 })).toThrow(ImproperlyConfigured);
    expect(untyped(UUIDField, { version: 7, default: "x" })).toThrow(/one of the two/);
    expect(untyped(DateTimeField, { autoNow: true, autoNowAdd: true })).toThrow(/only one/);
    expect(untyped(AutoField, { primaryKey: false })).toThrow(/primary key/);
    expect(untyped(EnumField, { choices: ["a", 1] })).toThrow(/all strings or all numbers/);
    expect(untyped(CharField, { choices: [] })).toThrow(/empty/);
  });

  it("with a default that the field would not take are refused when bound", () => {
    const wrong = untyped(IntegerField, { default: "x" })();
    expect(() => unbound(wrong).bind("age", "blog.Author")).toThrow("blog.Author.age: the default cannot be");
    const noChoice = untyped(CharField, { choices: ["a"], default: "b" })();
    expect(() => unbound(noChoice).bind("age", "blog.Author")).toThrow(ImproperlyConfigured);
  });
});

describe("binding", () => {
  it("gives each model a frozen copy with names", () => {
    const shared = unbound(CharField({ maxLength: 5 }));
    const price = shared.bind("unitPrice", "shop.Item");
    const other = shared.bind("sha256Sum", "shop.File");
    expect([price.name, price.attname, price.column, price.label]).toEqual(["unitPrice", "unitPrice", "unit_price", "shop.Item.unitPrice"]);
    expect(other.column).toBe("sha256_sum");
    expect([shared, price, other].every(Object.isFrozen)).toBe(true);
    expect(shared.name).toBe("");
    expect(price).toBeInstanceOf(shared.constructor);
    expect(unbound(IntegerField({ dbColumn: "AlbumId" })).bind("id", "x.Y").column).toBe("AlbumId");
  });

  it.each(["a__b", "a_", "1a", "a-b", "", "x".repeat(64)])("refuses the name %j", (name) => {
    expect(() => unbound(IntegerField()).bind(name, "x.Y")).toThrow(ImproperlyConfigured);
  });

  it("refuses a column that no database takes unchanged", () => {
    expect(() => unbound(IntegerField({ dbColumn: 'a"b' })).bind("a", "x.Y")).toThrow(ImproperlyConfigured);
  });
});

describe("defaults", () => {
  it("are copied for each instance (C34)", () => {
    const field = bound(JSONField<{ tags: string[] }>({ default: { tags: [] } }));
    const first = field.getDefault();
    expect(first).toEqual({ tags: [] });
    expect(field.getDefault()).not.toBe(first);
    const dates = bound(DateTimeField({ default: new Date(0) }));
    expect(dates.getDefault()).toEqual(new Date(0));
    expect(dates.getDefault()).not.toBe(dates.getDefault());
  });

  it("may be a Duration or JSONNull, which no copy is made of", () => {
    expect(bound(DurationField({ default: Duration({ days: 1 }) })).getDefault()).toBe(86_400_000);
    expect(bound(DurationField({ default: () => Duration({ hours: 1 }) })).getDefault()).toBe(3_600_000);
    expect(bound(JSONField({ default: JSONNull })).getDefault()).toBe(JSONNull);
  });

  it("are called and coerced", () => {
    expect(bound(IntegerField({ default: () => 5 })).getDefault()).toBe(5);
    expect(bound(DateTimeField({ default: () => "2026-11-20T00:00:00Z" })).getDefault()).toEqual(new Date("2026-11-20T00:00:00Z"));
    expect(bound(IntegerField()).hasDefault()).toBe(false);
    expect(bound(IntegerField()).getDefault()).toBeNull();
  });

  it("of UUIDs come from the version, and version 7 rises", () => {
    const field = bound(UUIDField({ version: 7 }));
    const made = Array.from({ length: 5000 }, () => String(field.getDefault()));
    expect(new Set(made).size).toBe(made.length);
    expect([...made].sort()).toEqual(made);
    expect(made[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(String(bound(UUIDField({ version: 4 })).getDefault())).toMatch(/-4[0-9a-f]{3}-[89ab]/);
  });

  it("of autoNow fields are the time of the save", () => {
    const now = new Date("2026-11-20T12:00:00Z");
    const earlier = new Date(0);
    const added = bound(DateTimeField({ autoNowAdd: true }));
    const changed = bound(DateTimeField({ autoNow: true, precision: 6 }));
    expect([added.preSave(null, true, now), added.preSave(earlier, false, now)]).toEqual([now, earlier]);
    expect(changed.preSave(null, false, now)).toBe("2026-11-20T12:00:00.000000Z");
    expect(added.editable).toBe(false);
    expect(() => added.validate(null)).not.toThrow();
  });
});

describe("validation", () => {
  it("counts blank (C17)", () => {
    expect(() => bound(CharField()).validate("")).toThrow(/blank/);
    const skipped = bound(CharField({ blank: true, validators: [MinLengthValidator(3)] }));
    expect(() => skipped.validate("")).not.toThrow();
    expect(() => skipped.validate("ab")).toThrow(ValidationError);
    expect(() => bound(BooleanField()).validate(false)).not.toThrow();
    expect(() => bound(JSONField()).validate({})).toThrow(/blank/);
  });

  it("knows null", () => {
    expect(() => bound(IntegerField()).validate(null)).toThrow(/cannot be null/);
    expect(() => bound(IntegerField({ null: true })).validate(null)).not.toThrow();
    expect(() => bound(AutoField()).validate(null)).not.toThrow();
  });

  it.each([
    ["values", CharField({ choices: ["gold", "tin"] })],
    [
      "pairs",
      CharField({
        choices: [
          ["gold", "Gold"],
          ["tin", "Tin"],
        ],
      }),
    ],
    ["groups (C16)", CharField({ choices: [["Metals", ["gold", ["tin", "Tin"]]]] })],
    ["an object", CharField({ choices: { GOLD: "gold", TIN: "tin" } })],
  ])("takes choices as %s", (_form, field) => {
    expect(() => bound(field).validate("tin")).not.toThrow();
    expect(() => bound(field).validate("silver")).toThrow("'silver' is not one of the choices");
    expect(() => bound(field).validate("Tin")).toThrow(ValidationError);
  });

  it("takes members of an enum (C14), and TypeScript's numeric enums with their reverse mapping", () => {
    expect(() => bound(EnumField({ GOLD: "gold" } as const)).validate("gold")).not.toThrow();
    const compiled = { 0: "Low", 1: "High", Low: 0, High: 1 };
    const field = bound(untyped(EnumField, compiled)());
    expect(field.coerce(1)).toBe(1);
    expect(() => field.coerce("High")).toThrow(ValidationError);
  });

  it("gathers what all validators say", () => {
    const field = bound(IntegerField({ validators: [MinValueValidator(10), MaxValueValidator(5)] }), "age");
    try {
      field.validate(7);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        errors: { age: ["ensure this value is greater than or equal to 10", "ensure this value is less than or equal to 5"] },
      });
    }
  });

  it("lets errors of another kind in a validator through", () => {
    const field = bound(
      IntegerField({
        validators: [
          () => {
            throw new TypeError("bug");
          },
        ],
      }),
    );
    expect(() => field.validate(1)).toThrow(TypeError);
  });
});

describe("validators", () => {
  it("know their own arguments, and are equal by them", () => {
    expect(MinValueValidator(3).equals(MinValueValidator(3))).toBe(true);
    expect(MinValueValidator(3).equals(MinValueValidator(4))).toBe(false);
    expect(MinValueValidator(3).equals(MaxValueValidator(3))).toBe(false);
    expect(RegexValidator(/^a$/i, "no").equals(RegexValidator("^a$", "no", { flags: "i" }))).toBe(true);
    expect(RegexValidator(/a/).equals(RegexValidator(/a/, undefined, { inverseMatch: true }))).toBe(false);
    expect(MaxLengthValidator(3).deconstruct()).toEqual({ kind: "MaxLengthValidator", args: [3] });
  });

  it("search with the pattern, each time from the start", () => {
    const sku = RegexValidator(/[A-Z]{2}-\d{4}/g, "Invalid SKU");
    expect(() => sku("an AB-1234 inside")).not.toThrow();
    expect(() => sku("an AB-1234 inside")).not.toThrow();
    expect(() => sku("AB-12")).toThrow("Invalid SKU");
    expect(() => RegexValidator(/x/, "no x", { inverseMatch: true })("x")).toThrow("no x");
  });

  it("count characters, compare dates, and take limits that are functions", () => {
    expect(() => MaxLengthValidator(2)("🙂🙂")).not.toThrow();
    expect(() => MinValueValidator(() => new Date(5))(new Date(4))).toThrow(ValidationError);
    expect(() => validateEmail("x")).toThrow(ValidationError);
  });
});

describe("deconstruction", () => {
  it("leaves defaults out", () => {
    expect(unbound(CharField({ maxLength: 255, null: false, unique: true })).deconstruct()).toEqual({
      kind: "CharField",
      args: [],
      options: { unique: true },
    });
    expect(unbound(SlugField({ maxLength: 50 })).deconstruct().options).toEqual({});
    expect(unbound(EmailField({ maxLength: 100 })).deconstruct().options).toEqual({ maxLength: 100 });
    expect(unbound(AutoField()).deconstruct().options).toEqual({});
  });

  it("lists the values of an enum, so that a migration needs no import (C15)", () => {
    const members = { GOLD: "gold", TIN: "tin" } as const;
    expect(unbound(EnumField(members, { default: "tin" })).deconstruct()).toEqual({
      kind: "EnumField",
      args: [],
      options: { choices: ["gold", "tin"], default: "tin" },
    });
  });

  it("gives fields that are made again with the same storage", () => {
    const first = unbound(EnumField({ GOLD: "gold" } as const, { typeName: "metal" }));
    const again = unbound(untyped(EnumField, first.deconstruct().options)());
    expect(again.storage).toEqual(first.storage);
    const array = unbound(ArrayField(TextField(), { size: 3 }));
    const { args, options } = array.deconstruct();
    expect(unbound(untyped(ArrayField, ...args, options)()).storage).toEqual(array.storage);
  });
});

describe("generated columns", () => {
  it("are read-only and take the type of their output field (C22, C23)", () => {
    const field = bound(GeneratedField({ expression: "price * quantity + 'it''s'", outputField: IntegerField() }));
    expect(field.generated).toBe(true);
    expect(field.storage.kind).toBe("integer");
    expect(() => field.validate(null)).not.toThrow();
  });

  it.each(["a; DROP TABLE x", "a -- b", "a /* b */", "(a", "a)", ")(", "'a", "", "a ` b", "$1", "a \\ b"])(
    "refuse the expression %j",
    (expression) => {
      expect(() => GeneratedField({ expression, outputField: IntegerField() })).toThrow(ImproperlyConfigured);
    },
  );
});
