import { describe, expect, it } from "vitest";
import {
  CASCADE,
  CharField,
  createTables,
  dropTables,
  ForeignKey,
  IntegerField,
  Lower,
  Model,
  NON_FIELD_ERRORS,
  UniqueConstraint,
  ValidationError,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Account, Author, Book, Filled, Line } from "./models.js";
import { expectQueries, sqlOf, synchronousBackends, useTables } from "./support.js";

const good = { email: "a@example.org", handle: "a", country: "de", number: 1 };

/** The messages of a validation that must fail. */
async function errorsOf(body: () => unknown): Promise<Readonly<Record<string, readonly string[]>>> {
  try {
    await body();
  } catch (error) {
    if (error instanceof ValidationError) return error.errors;
    throw error;
  }
  throw new Error("nothing was wrong");
}

describeEachBackend("validation", () => {
  useTables();

  it("E13: all is well with one query", async () => {
    const account = new Account(good);
    await expectQueries(1, () => account.fullClean());
    await account.save();
    await expectQueries(1, () => account.fullClean());
    await expectQueries(1, () => account.validateUnique());
    await expectQueries(1, () => account.validateConstraints());
  });

  it("E14: collects what is wrong by field, from every stage", async () => {
    await new Account(good).save();
    const account = new Account({ email: "a@example.org", handle: "much too long", country: "d", number: 2, nickname: "d", low: 20 });
    const errors = await errorsOf(() => account.fullClean());
    expect(Object.keys(errors).sort()).toEqual([NON_FIELD_ERRORS, "email", "handle", "nickname"].sort());
    expect(errors.handle).toEqual(["ensure this value has at most 10 characters (it has 13)"]);
    expect(errors.nickname).toEqual(["must not be the country"]);
    expect(errors.email).toEqual(["Account with this email already exists"]);
    expect(errors[NON_FIELD_ERRORS]).toEqual(['the constraint "inst_low_high" is violated']);
    expect(await errorsOf(() => new Account({ ...good, email: "b@example.org", handle: null, number: 13 }).fullClean())).toEqual({
      [NON_FIELD_ERRORS]: ["thirteen is unlucky"],
    });
  });

  it("names the field in the message", async () => {
    await expect(new Account({ ...good, number: 0 }).fullClean()).rejects.toThrow(
      /inst\.Account\.number: ensure this value is greater than or equal to 1/,
    );
  });

  it("checks fields one by one", () => {
    const account = new Account({ ...good, country: "" });
    Object.assign(account, { number: "4", email: null });
    expect(() => account.cleanFields()).toThrow(ValidationError);
    expect(() => account.cleanFields({ exclude: ["country"] })).toThrow(/email/);
    account.cleanFields({ exclude: ["country", "email"] });
    expect(account.number).toBe(4);
    // @ts-expect-error no such field
    expect(() => account.cleanFields({ exclude: ["emial"] })).toThrow(/no field "emial".*email/);
  });

  it("C17: an empty value that blank allows passes; the key, and what the database fills, need none", async () => {
    await new Account({ ...good, nickname: "" }).fullClean();
    await new Filled({ price: 1 }).fullClean();
    expect(await errorsOf(() => new Account({ ...good, country: "" }).fullClean())).toEqual({ country: ["this field cannot be blank"] });
  });

  it("unique fields and fields unique together, not its own row, not null", async () => {
    const account = await Account.objects.create(good);
    await account.fullClean();
    await Account.objects.create({ ...good, email: "b@example.org", handle: null, number: 2 });
    await new Account({ ...good, email: "c@example.org", handle: null, number: 3, nickname: "n" }).fullClean();
    const errors = await errorsOf(() => new Account({ ...good, nickname: "x" }).fullClean());
    expect(errors).toEqual({
      email: ["Account with this email already exists"],
      handle: ["Account with this handle already exists"],
      [NON_FIELD_ERRORS]: ["Account with this country and number already exists"],
    });
    expect(await errorsOf(() => new Account({ ...good, nickname: "x" }).validateUnique({ exclude: ["email", "country"] }))).toEqual({
      handle: ["Account with this handle already exists"],
    });
  });

  it("a key that is taken", async () => {
    const account = await Account.objects.create(good);
    const twin = new Account({ ...good, id: account.id, email: "b@example.org", handle: null, number: 2, nickname: "x" });
    expect(await errorsOf(() => twin.fullClean())).toEqual({ id: ["Account with this id already exists"] });
    await Line.objects.create({ order: 1, lineNo: 2 });
    expect(await errorsOf(() => new Line({ order: 1, lineNo: 2 }).fullClean())).toEqual({
      [NON_FIELD_ERRORS]: ["Line with this order and lineNo already exists"],
    });
    const line = await Line.objects.get();
    await line.fullClean();
  });

  it("E12: constraints with conditions hold for the rows that meet them", async () => {
    await Account.objects.create({ ...good, nickname: "nick" });
    const other = { email: "b@example.org", handle: null, country: "fr", number: 2, nickname: "nick" };
    expect(await errorsOf(() => new Account(other).fullClean())).toEqual({
      [NON_FIELD_ERRORS]: ['the constraint "inst_active_nickname" is violated'],
    });
    await new Account({ ...other, active: 0 }).fullClean();
    await Account.objects.all().update({ active: 0 });
    await new Account(other).fullClean();
  });

  it("checks of fields that failed, and of those left out, are not made", async () => {
    await Account.objects.create({ ...good, nickname: "nick" });
    const account = new Account({ ...good, number: 0, low: 20 });
    Object.assign(account, { high: "none" });
    const errors = await errorsOf(() => account.fullClean({ exclude: ["email", "handle"] }));
    expect(Object.keys(errors).sort()).toEqual(["high", "number"]);
    const fine = new Account({ ...good, low: 20 });
    await fine.fullClean({ exclude: ["low", "email", "handle", "number"] });
    await expectQueries(0, () =>
      fine.fullClean({ exclude: ["email", "handle", "number", "nickname"], validateUnique: false, validateConstraints: false }),
    );
  });

  it("what is null holds a check constraint, as in SQL", async () => {
    await new Account({ ...good, low: 3 }).validateConstraints();
    await expect(new Account({ ...good, low: 11 }).validateConstraints()).rejects.toThrow(/inst_low_high/);
  });

  it("loads deferred columns first, for all objects of a result with one query", async () => {
    await Account.objects.create(good);
    await Account.objects.create({ ...good, email: "b@example.org", handle: null, number: 2, nickname: "n" });
    const accounts = await Account.objects.only("email").orderBy("id");
    const sql = await sqlOf(async () => {
      for (const account of accounts) await account.fullClean();
    });
    expect(sql).toHaveLength(3);
    expect([...(accounts[1]?.getDeferredFields() ?? [])]).toEqual([]);
  });

  it("a relation must be there", async () => {
    const errors = await errorsOf(() => new Book({ title: "b" } as never).fullClean());
    expect(errors).toEqual({ author: ["this field cannot be null"] });
    const author = await Author.objects.create({ name: "Ann" });
    await new Book({ title: "b", author }).fullClean();
  });

  it("clean may be asynchronous, and other errors of it come through", async () => {
    await expect(new Slow({ name: "bad" }).fullClean()).rejects.toThrow(ValidationError);
    await new Slow({ name: "good" }).fullClean();
    await expect(new Slow({ name: "broken" }).fullClean()).rejects.toThrow(TypeError);
  });

  it("calls the validateUnique of the class, where it has one", async () => {
    const errors = await errorsOf(() => new Own({ name: "taken" }).fullClean());
    expect(errors).toEqual({ name: ["taken by our own rule"] });
    await new Own({ name: "free" }).fullClean();
  });

  it("unique constraints of expressions", async () => {
    await createTables([Cased]);
    try {
      await Cased.objects.create({ name: "Ann" });
      expect(await errorsOf(() => new Cased({ name: "ANN" }).fullClean())).toEqual({
        [NON_FIELD_ERRORS]: ['the constraint "inst_cased_lower" is violated'],
      });
      await new Cased({ name: "Bob" }).fullClean();
    } finally {
      await dropTables([Cased]);
    }
  });
});

describeEachBackend("validation, synchronously", { only: synchronousBackends }, () => {
  useTables();

  it("does the same, and refuses an asynchronous clean", () => {
    const account = Account.objects.createSync(good);
    account.fullCleanSync();
    account.validateUniqueSync();
    account.validateConstraintsSync();
    expect(() => new Account({ ...good, nickname: "x" }).fullCleanSync()).toThrow(/already exists/);
    expect(() => new Slow({ name: "good" }).fullCleanSync()).toThrow(/gave a promise to a synchronous call/);
  });
});

class Slow extends Model<Slow>("inst.Slow")({ name: CharField({ maxLength: 20 }) }) {
  override async clean(): Promise<void> {
    await Promise.resolve();
    if (this.name === "bad") throw new ValidationError({ name: "is bad" });
    if (this.name === "broken") throw new TypeError("broken");
  }
}

class Own extends Model<Own>("inst.Own")({ name: CharField({ maxLength: 20, unique: true }) }) {
  override async validateUnique(): Promise<void> {
    if (this.name === "taken") throw new ValidationError({ name: "taken by our own rule" });
  }
}

class Cased extends Model<Cased>("inst.Cased")(
  { name: CharField({ maxLength: 20 }) },
  { constraints: [UniqueConstraint({ expressions: [Lower("name")], name: "inst_cased_lower" })] },
) {}

class Form extends Model<Form>("inst.Form")({
  name: CharField({ maxLength: 5 }),
  age: IntegerField({ default: 1 }),
  note: CharField({ maxLength: 5, null: true }),
  author: ForeignKey(() => Author, { onDelete: CASCADE }),
}) {}

describe("Standard Schema of a model", () => {
  const { validate, version, vendor } = Form["~standard"];

  it("is of version 1, on every model class", () => {
    expect([version, vendor]).toEqual([1, "dorm"]);
    expect(Author["~standard"].vendor).toBe("dorm");
  });

  it("gives the coerced values, ready for create", () => {
    expect(validate({ name: "Ann", authorId: "3", note: null })).toEqual({ value: { name: "Ann", authorId: 3, note: null } });
    expect(validate({ name: "Ann", author: Author.ref(3), age: undefined })).toMatchObject({ value: { name: "Ann" } });
  });

  it("says all that is wrong, with the path", () => {
    const { issues } = validate({ name: "too long", age: "x", nmae: 1, author: 1, authorId: 1 });
    expect(issues?.map(({ path, message }) => [path, message])).toEqual([
      [["name"], "ensure this value has at most 5 characters (it has 8)"],
      [["age"], expect.stringMatching(/whole number|integer/)],
      [["author"], 'give "author" or "authorId", not both'],
      [["nmae"], expect.stringContaining('"name"')],
    ]);
    expect(validate({}).issues?.map(({ path }) => path)).toEqual([["name"], ["author"]]);
    expect(validate(5).issues).toHaveLength(1);
    expect(validate(null).issues).toHaveLength(1);
  });
});
