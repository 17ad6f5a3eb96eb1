import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  CharField,
  CheckConstraint,
  createTables,
  ExclusionConstraint,
  F,
  ImproperlyConfigured,
  IntegerField,
  IntegerRangeField,
  Model,
  NON_FIELD_ERRORS,
  Q,
  Range,
  UniqueConstraint,
  UniqueViolation,
  ValidationError,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";

class Seat extends Model<Seat>("violations.Seat")(
  {
    row: IntegerField(),
    code: CharField({ maxLength: 9 }),
    holder: CharField({ maxLength: 9, null: true }),
    price: IntegerField({ default: 1 }),
  },
  {
    constraints: [
      UniqueConstraint({ fields: ["row", "holder"], name: "seat_row_holder", violationErrorMessage: "nobody sits on two seats" }),
      UniqueConstraint({ fields: ["code"], name: "seat_code", violationErrorCode: "unique", violationErrorMessage: "the code is taken" }),
      UniqueConstraint({ fields: ["row"], condition: Q({ price: 0 }), name: "seat_free", violationErrorCode: "one_free_seat" }),
      CheckConstraint({
        check: Q({ price__gte: 0 }),
        name: "seat_price",
        violationErrorMessage: "a price is not negative",
        violationErrorCode: "price",
      }),
    ],
  },
) {}

/** The error of a validation that must fail. */
async function errorOf(body: Promise<unknown>): Promise<ValidationError> {
  const error = await body.then(
    () => null,
    (caught: unknown) => caught,
  );
  if (!(error instanceof ValidationError)) throw error ?? new Error("nothing was wrong");
  return error;
}

describeEachBackend("what constraints say when they are violated", () => {
  beforeAll(() => createTables([Seat]));
  beforeEach(() => Seat.objects.all().delete());

  it("is their own message and code", async () => {
    await Seat.objects.create({ row: 1, code: "a", holder: "ada", price: 0 });
    const error = await errorOf(new Seat({ row: 1, code: "a", holder: "ada", price: 0 }).fullClean());
    expect(error.errors).toEqual({
      // as in Django: with the code of a unique field the message belongs to the field
      code: ["the code is taken"],
      [NON_FIELD_ERRORS]: ["nobody sits on two seats", 'the constraint "seat_free" is violated'],
    });
    expect(error.codes).toEqual({ code: ["unique"], [NON_FIELD_ERRORS]: ["unique_together", "one_free_seat"] });
    const negative = await errorOf(new Seat({ row: 1, code: "b", price: -1 }).validateConstraints());
    expect([negative.errors, negative.codes]).toEqual([
      { [NON_FIELD_ERRORS]: ["a price is not negative"] },
      { [NON_FIELD_ERRORS]: ["price"] },
    ]);
    await expect(Seat.objects.create({ row: 1, code: "a" })).rejects.toBeInstanceOf(UniqueViolation);
  });
});

class Booking extends Model<Booking>("violations.Booking")(
  { room: IntegerField(), nights: IntegerRangeField({ null: true }), cancelled: IntegerField({ default: 0 }) },
  {
    constraints: [
      ExclusionConstraint({
        fields: ["nights"],
        operators: ["&&"],
        name: "booking_nights",
        condition: Q({ cancelled: 0 }),
        violationErrorMessage: "these nights are taken",
        violationErrorCode: "taken",
      }),
    ],
  },
) {}

describeEachBackend("an exclusion constraint of an instance", { only: ["postgresql"] }, () => {
  beforeAll(() => createTables([Booking]));
  beforeEach(() => Booking.objects.all().delete());

  it("is checked against the other rows that it is about", async () => {
    const first = await Booking.objects.create({ room: 1, nights: new Range(1, 5) });
    await first.fullClean();
    const error = await errorOf(new Booking({ room: 1, nights: new Range(4, 6) }).fullClean());
    expect([error.errors, error.codes]).toEqual([{ [NON_FIELD_ERRORS]: ["these nights are taken"] }, { [NON_FIELD_ERRORS]: ["taken"] }]);
    await new Booking({ room: 1, nights: new Range(5, 6) }).fullClean();
    await new Booking({ room: 1, nights: null }).fullClean();
    await new Booking({ room: 1, nights: new Range(4, 6), cancelled: 1 }).fullClean();
    await new Booking({ room: 1, nights: new Range(4, 6) }).fullClean({ exclude: ["nights"] });
  });
});

describe("the definition of constraints", () => {
  it("names unknown fields of exclusion constraints too", () => {
    const define = (constraint: ExclusionConstraint) => () =>
      Model<never>("violations.Wrong")({ room: IntegerField() }, { constraints: [constraint] });
    expect(define(ExclusionConstraint({ fields: ["rom"], operators: ["="], name: "x" }))).toThrow(
      /violations.Wrong: the constraint "x" names "rom", which is no field. Did you mean "room"/,
    );
    expect(define(ExclusionConstraint({ fields: ["room"], include: ["rom"], operators: ["="], name: "x" }))).toThrow(ImproperlyConfigured);
  });

  it("refuses operators and classes that do not fit the elements of an exclusion constraint", () => {
    const make = (options: object) => () => ExclusionConstraint({ operators: ["="], name: "x", ...options });
    expect(make({})).toThrow(/fields or expressions, and one operator for each/);
    expect(make({ fields: ["a"], expressions: [F("a")] })).toThrow(/fields or expressions/);
    expect(make({ fields: ["a"], opclasses: ["a", "b"] })).toThrow(/opclasses has 2 entries for 1 operators/);
    expect(make({ fields: ["a"], opclasses: ["a; DROP"] })).toThrow(/is no name/);
  });

  it("is refused with an option that there is not", () => {
    // @ts-expect-error a typing mistake
    expect(() => CheckConstraint({ check: Q({ a: 1 }), name: "x", violationMessage: "no" })).toThrow(
      /unknown option "violationMessage". Did you mean "violationErrorMessage"/,
    );
  });
});

describe("the codes of a ValidationError", () => {
  it("come from its options and from the errors that it is made of", () => {
    expect(new ValidationError("no", { code: "refused" }).codes).toEqual({ [NON_FIELD_ERRORS]: ["refused"] });
    expect(new ValidationError({ age: new ValidationError("no", { code: "young" }), name: "no" }).codes).toEqual({ age: ["young"] });
    expect(new ValidationError("no").codes).toEqual({});
  });
});
