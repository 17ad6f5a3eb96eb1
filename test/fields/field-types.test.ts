import { describe, expectTypeOf, it } from "vitest";
import type { Decimal } from "../../src/fields/decimal.js";
import {
  ArrayField,
  BigIntegerField,
  BooleanField,
  CharField,
  DateTimeField,
  DecimalField,
  EnumField,
  GeneratedField,
  IntegerField,
  IntegerRangeField,
  JSONField,
  NullBooleanField,
  type Range,
  UUIDField,
} from "../../src/fields/index.js";
import type { Field, FieldValue, Generated, Labelled } from "../../src/types/field.js";

describe("types of fields", () => {
  it("follow null, default and primaryKey", () => {
    expectTypeOf(CharField({ maxLength: 10 })).toEqualTypeOf<Field<string, false, false, "text">>();
    expectTypeOf(IntegerField()).toEqualTypeOf<Field<number, false, false, "number">>();
    expectTypeOf(IntegerField({ null: true })).toEqualTypeOf<Field<number, true, true, "number">>();
    expectTypeOf(BooleanField({ default: false })).toEqualTypeOf<Field<boolean, false, true, "bool">>();
    expectTypeOf(UUIDField({ primaryKey: true, default: () => "x" })).toEqualTypeOf<Field<string, false, true, "uuid", true>>();
    expectTypeOf(UUIDField({ version: 7 })).toEqualTypeOf<Field<string, false, true, "uuid">>();
    expectTypeOf(DateTimeField({ autoNowAdd: true })).toEqualTypeOf<Field<Date, false, true, "datetime">>();
    expectTypeOf(DateTimeField({ precision: 6 })).toEqualTypeOf<Field<string, false, false, "datetime">>();
    expectTypeOf(DecimalField({ default: "1.50" })).toEqualTypeOf<Field<Decimal, false, true, "decimal">>();
    expectTypeOf(BigIntegerField()).toEqualTypeOf<Field<bigint, false, false, "bigint">>();
    expectTypeOf(BigIntegerField({ mode: "number" })).toEqualTypeOf<Field<number, false, false, "number">>();
    expectTypeOf(NullBooleanField()).toEqualTypeOf<Field<boolean, true, true, "bool">>();
  });

  it("follow choices in each form", () => {
    const plain = CharField({ choices: ["gold", "tin"], default: "tin" });
    expectTypeOf<FieldValue<typeof plain>>().toEqualTypeOf<"gold" | "tin">();
    const pairs = CharField({
      choices: [
        ["g", "Gold"],
        ["t", "Tin"],
      ],
    });
    expectTypeOf<FieldValue<typeof pairs>>().toEqualTypeOf<"g" | "t">();
    const groups = CharField({
      choices: [
        ["Metals", ["gold", "tin"]],
        ["Other", [["w", "Wood"]]],
      ],
    });
    expectTypeOf<FieldValue<typeof groups>>().toEqualTypeOf<"gold" | "tin" | "w">();
    const numbers = IntegerField({ choices: [1, 2] });
    expectTypeOf<FieldValue<typeof numbers>>().toEqualTypeOf<1 | 2>();
    const members = { GOLD: "gold", TIN: "tin" } as const;
    const object = CharField({ choices: members });
    expectTypeOf<FieldValue<typeof object>>().toEqualTypeOf<"gold" | "tin">();
  });

  it("follow enums, arrays, ranges, JSON and generated columns", () => {
    const members = { GOLD: "gold", TIN: "tin" } as const;
    expectTypeOf(EnumField(members)).toEqualTypeOf<Field<"gold" | "tin", false, false, "text"> & Labelled>();
    expectTypeOf(EnumField({ LOW: 0, HIGH: 1 } as const, { null: true })).toEqualTypeOf<Field<0 | 1, true, true, "number"> & Labelled>();
    expectTypeOf(EnumField({ choices: ["gold", "tin"], default: "tin" })).toEqualTypeOf<
      Field<"gold" | "tin", false, true, "text"> & Labelled
    >();
    expectTypeOf(ArrayField(IntegerField(), { default: [] })).toEqualTypeOf<Field<number[], false, true, "array">>();
    expectTypeOf(ArrayField(IntegerField({ null: true }))).toEqualTypeOf<Field<(number | null)[], false, false, "array">>();
    expectTypeOf(IntegerRangeField()).toEqualTypeOf<Field<Range<number>, false, false, "range">>();
    expectTypeOf(JSONField<{ a: number }>()).toEqualTypeOf<Field<{ a: number }, false, false, "json">>();
    expectTypeOf(JSONField<{ a: number }>({ null: true })).toEqualTypeOf<Field<{ a: number }, true, true, "json">>();
    expectTypeOf(JSONField<number[]>({ default: [] })).toEqualTypeOf<Field<number[], false, true, "json">>();
    expectTypeOf(GeneratedField({ expression: "a + b", outputField: IntegerField() })).toEqualTypeOf<Generated<number, false, "number">>();
  });

  it("refuse options that are wrong", () => {
    // The calls are compiled, not run: some of them throw as well.
    const wrong = () => [
      // @ts-expect-error there is no such option
      CharField({ maxLenght: 10 }),
      // @ts-expect-error a default of another type
      IntegerField({ default: "x" }),
      // @ts-expect-error null must be a boolean
      IntegerField({ null: "yes" }),
      // @ts-expect-error no such precision
      DateTimeField({ precision: 4 }),
      // @ts-expect-error no such version
      UUIDField({ version: 5 }),
      // @ts-expect-error not a member
      EnumField({ choices: ["gold", "tin"], default: 3 }),
      // @ts-expect-error not a document of this type
      JSONField<{ a: number }>({ default: { a: "x" } }),
    ];
    expectTypeOf(wrong).toBeFunction();
  });
});
