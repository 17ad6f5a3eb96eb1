import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  Count,
  createTables,
  DataError,
  dropTables,
  F,
  FieldError,
  getConnection,
  ImproperlyConfigured,
  IntegrityError,
  JSONObject,
  Lead,
  Model,
  NotNullViolation,
  NthValue,
  ProgrammingError,
  Q,
  QueryError,
  Sum,
  transaction,
  ValidationError,
  Value,
  Window,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book, Tag } from "./models.js";
import { expectRefusal, type Refusal, refused } from "./refusal.js";

/* What a program without types could write. */
// biome-ignore lint/suspicious/noExplicitAny: the types refuse most of what is tried here
const loosely = (value: unknown): any => value;
const A = loosely(Author.objects);
const B = loosely(Book.objects);

describeEachBackend("bad input to queries", { only: ["sqlite", "postgresql"] }, () => {
  let ada: Author;
  let notes: Book;
  let before: unknown;
  const everything = async () => ({
    authors: await Author.objects.orderBy("pk").values(),
    books: await Book.objects.orderBy("pk").values(),
    tags: (await getConnection().execute("SELECT * FROM bad_book_tags")).rows,
  });

  beforeAll(() => createTables([Author, Book, Tag]));
  beforeEach(async () => {
    await Author.objects.all().delete();
    ada = await Author.objects.create({ name: "Ada", age: 36 });
    notes = await Book.objects.create({ title: "Notes", author: ada });
    before = await everything();
  });
  afterEach(async () => {
    expect(await everything()).toEqual(before);
  });

  const noName = 'bad.Author has no field "nmae". Did you mean "name"?';
  const unknownFields: readonly Refusal[] = [
    ["filter", () => A.filter({ nmae: "x" }), FieldError, noName],
    ["exclude", () => A.exclude({ nmae: "x" }), FieldError, noName],
    ["get", () => A.get({ nmae: "x" }), FieldError, noName],
    ["Q", () => A.filter(Q.untyped({ nmae: 1 })), FieldError, noName],
    ["F", () => A.filter({ age: F("nmae" as never) }), FieldError, noName],
    ["orderBy", () => A.orderBy("-nmae"), FieldError, noName],
    ["values", () => A.values("nmae"), FieldError, noName],
    ["valuesList", () => A.valuesList("nmae"), FieldError, noName],
    ["only", () => A.only("nmae"), FieldError, noName],
    ["defer", () => A.defer("nmae"), FieldError, noName],
    ["distinct", () => A.distinct("nmae"), FieldError, noName],
    ["latest", () => A.latest("nmae"), FieldError, noName],
    ["dates", () => A.dates("nmae", "year"), FieldError, noName],
    ["inBulk", () => A.inBulk(["x"], { fieldName: "nmae" }), FieldError, noName],
    ["annotate", () => A.annotate({ n: Count("nmae" as never) }), FieldError, noName],
    ["aggregate", () => A.aggregate({ n: Sum("nmae" as never) }), FieldError, noName],
    ["create", () => A.create({ nmae: "x" }), FieldError, noName],
    ["new", () => new Author({ nmae: "x" } as never), FieldError, noName],
    ["update", () => A.update({ nmae: "x" }), FieldError, /^update\(\{ nmae \}\): .* Did you mean "name"\?/],
    ["getOrCreate", () => A.getOrCreate({ nmae: "x" }), FieldError, noName],
    [
      "getOrCreate's defaults",
      () => A.getOrCreate({ name: "x" }, { defaults: { nmae: 3 } }),
      FieldError,
      /defaults: .* Did you mean "name"\?/,
    ],
    ["updateOrCreate's defaults", () => A.updateOrCreate({ name: "Ada" }, { defaults: { nmae: 3 } }), FieldError, /Did you mean "name"\?/],
    ["bulkUpdate", () => A.bulkUpdate([ada], ["nmae"]), FieldError, /bulkUpdate\(\): .* Did you mean "name"\?/],
    [
      "bulkCreate",
      () => A.bulkCreate([new Author({ name: "x" })], { updateConflicts: true, updateFields: ["nmae"], uniqueFields: ["name"] }),
      FieldError,
      /Did you mean "name"\?/,
    ],
    ["save", () => ada.save({ updateFields: ["nmae" as never] }), FieldError, /updateFields: \["nmae"\].* Did you mean "name"\?/],
    ["refreshFromDb", () => ada.refreshFromDb({ fields: ["nmae" as never] }), FieldError, /fields: \["nmae"\].* Did you mean "name"\?/],
    ["a path's first name", () => B.filter({ autor__name: "x" }), FieldError, 'bad.Book has no field "autor". Did you mean "author"?'],
    ["a name behind a relation", () => B.filter({ author__nmae: "x" }), FieldError, `author__nmae: ${noName}`],
    ["a name behind a relation, in values", () => B.values("author__nmae"), FieldError, `author__nmae: ${noName}`],
    ["a name behind a relation, in an order", () => B.orderBy("author__nmae"), FieldError, `author__nmae: ${noName}`],
    [
      "a name behind a reverse relation",
      () => A.filter({ books__titel: "x" }),
      FieldError,
      /books__titel: bad\.Book has no field "titel". Did you mean "title"\?/,
    ],
    ["selectRelated", () => B.selectRelated("autor"), FieldError, /selectRelated\("autor"\).*author/],
    ["selectRelated of a column", () => B.selectRelated("title"), FieldError, /"title" is no relation/],
    ["selectRelated of many", () => B.selectRelated("tags"), FieldError, /use prefetchRelated/],
  ];
  describe("an unknown field is refused with the nearest name in", () => {
    it.each(unknownFields)("%s", (...refusal) => expectRefusal(refusal));

    it("prefetchRelated, when the query runs", async () => {
      const { error } = await refused(() => B.prefetchRelated("tagz"));
      expect(error).toBeInstanceOf(FieldError);
      expect(error.message).toBe('prefetchRelated("tagz"): bad.Book has no relation "tagz". Did you mean "tags"?');
    });
  });

  const unknownLookups: readonly Refusal[] = [
    [
      "a misspelt lookup",
      () => A.filter({ name__contians: "x" }),
      FieldError,
      /"contians" is neither a lookup nor a transform of a CharField. Did you mean "contains"/,
    ],
    ["a lookup behind a transform", () => A.filter({ born__year__gtt: 1 }), FieldError, /born__year__gtt: "gtt".*"gt"/],
    ["a lookup that a relation does not have", () => B.filter({ author__contains: "x" }), FieldError, /relation has no lookup "contains"/],
    ["in an order", () => A.orderBy("name__lenght"), FieldError, /name__lenght: "lenght" is no transform/],
  ];
  describe("an unknown lookup is refused:", () => {
    it.each(unknownLookups)("%s", (...refusal) => expectRefusal(refusal));
  });

  const unknownOptions: readonly Refusal[] = [
    [
      "bulkCreate",
      () => A.bulkCreate([], { batchsize: 3 }),
      QueryError,
      'bulkCreate(): unknown option "batchsize". Did you mean "batchSize"?',
    ],
    ["bulkUpdate", () => A.bulkUpdate([], ["name"], { batch: 3 }), QueryError, /^bulkUpdate\(\): unknown option "batch"/],
    ["getOrCreate", () => A.getOrCreate({ name: "x" }, { default: {} }), QueryError, /Did you mean "defaults"\?$/],
    ["updateOrCreate", () => A.updateOrCreate({ name: "Ada" }, { age: 3 }), QueryError, /Choices are: "defaults", "createDefaults"/],
    ["inBulk", () => A.inBulk([1], { field: "name" }), QueryError, /inBulk\(\): unknown option "field"/],
    ["dates", () => A.dates("born", "year", { oder: "DESC" }), QueryError, /Did you mean "order"\?/],
    ["explain", () => A.explain({ analyse: true }), QueryError, /unknown option "analyse"/],
    ["selectForUpdate", () => A.selectForUpdate({ nowait: true }), QueryError, /Did you mean "noWait"\?/],
    ["iterator", () => A.iterator({ chunksize: 3 }), QueryError, /Did you mean "chunkSize"\?/],
    ["Count", () => Count("books", { distict: true } as never), QueryError, 'COUNT: unknown option "distict". Did you mean "distinct"?'],
    ["Lead, with a number", () => Lead("age", 2 as never), QueryError, "Lead: the options are an object, not 2."],
    ["NthValue", () => NthValue("age", { n: 2 } as never), QueryError, /^NthValue: unknown option "n"/],
    ["Window", () => Window(Count("*"), { partition: "age" } as never), QueryError, /Did you mean "partitionBy"\?/],
    ["save", () => ada.save({ updatefields: ["name"] } as never), QueryError, /Did you mean "updateFields"\?/],
    ["refreshFromDb", () => ada.refreshFromDb({ field: ["name"] } as never), QueryError, /Did you mean "fields"\?/],
    ["atomic", () => transaction.atomic(async () => {}, { durabel: true } as never), QueryError, /Did you mean "durable"\?/],
    ["atomicSync", () => transaction.atomicSync(() => {}, { durabel: true } as never), QueryError, /Did you mean "durable"\?/],
    ["createTables", () => createTables([Tag], { ifNotExist: true } as never), QueryError, /Did you mean "ifNotExists"\?/],
    ["dropTables", () => dropTables([Tag], { alias: "x" } as never), QueryError, /dropTables\(\): unknown option "alias"/],
    ["options that are none", () => A.getOrCreate({ name: "x" }, "defaults"), QueryError, /the options are an object, not defaults/],
  ];
  describe("an unknown option is refused by", () => {
    it.each(unknownOptions)("%s", (...refusal) => expectRefusal(refusal));
  });

  const noDatabase = 'There is no database "nope" in the settings. Choices are: "default".';
  const unknownAliases: readonly Refusal[] = [
    ["a queryset", () => A.using("nope").count(), ImproperlyConfigured, noDatabase],
    ["save", () => ada.save({ using: "nope" }), ImproperlyConfigured, noDatabase],
    ["delete", () => ada.delete({ using: "nope" }), ImproperlyConfigured, noDatabase],
    ["atomic", () => transaction.atomic(async () => {}, { using: "nope" }), ImproperlyConfigured, noDatabase],
    ["getConnection", () => getConnection("nope"), ImproperlyConfigured, noDatabase],
    ["createTables", () => createTables([Tag], { using: "nope" }), ImproperlyConfigured, noDatabase],
    ["undefined", () => A.using(undefined), QueryError, /using\(\) takes the alias of a database, .* not undefined/],
  ];
  describe("an unknown alias is refused by", () => {
    it.each(unknownAliases)("%s", (...refusal) => expectRefusal(refusal));
  });

  const wrongValues: readonly Refusal[] = [
    ["an integer", () => A.filter({ age: "abc" }), ValidationError, "bad.Author.age: 'abc' is not an integer"],
    ["a date", () => A.filter({ born: "yesterday" }), ValidationError, /bad\.Author\.born: 'yesterday' is not a date/],
    ["a UUID", () => A.filter({ uid: "123" }), ValidationError, /bad\.Author\.uid: '123' is not a UUID/],
    ["a boolean", () => A.filter({ active: "maybe" }), ValidationError, /neither true nor false/],
    ["a decimal", () => A.filter({ price: "ten" }), ValidationError, /not a decimal/],
    ["a list", () => A.filter({ age__in: 3 }), QueryError, /age__in takes a list or a queryset, not 3/],
    ["a list, not a text", () => A.filter({ name__in: "abc" }), QueryError, /not the text "abc"/],
    ["two ends", () => A.filter({ age__range: [1] }), QueryError, /age__range takes a list of two values/],
    ["isnull", () => A.filter({ age__isnull: "yes" }), QueryError, /age__isnull takes true or false/],
    ["null in a comparison", () => A.filter({ age__gt: null }), QueryError, /use isnull/],
    ["an object of another model", () => B.filter({ author: notes }), QueryError, /must be a bad\.Author or its key, not a bad\.Book/],
    ["a plain object for a relation", () => B.filter({ author: { id: 1 } }), QueryError, /takes a bad\.Author, a Ref or a key/],
    ["an unsaved object", () => B.filter({ author: new Author({ name: "q" }) }), QueryError, /no key yet; save it first/],
    ["a condition", () => A.filter("name"), QueryError, /not the string "name"/],
    ["a condition, not null", () => A.filter(null), QueryError, /, not null\.$/],
    ["SQL, which ends at a NUL", () => getConnection().execute("SELECT 1\0 FROM nothing"), QueryError, /SQL ends at a NUL character/],
    ["a key that would end the SQL", () => A.annotate({ x: JSONObject({ "a\0": "name" }) }), DataError, /NUL character .* "a\\u0000"/],
    ["an annotation", () => A.annotate({ n: 3 }), QueryError, /must be an expression/],
    [
      "an annotation's name, not that of the prototype",
      () => A.annotate({ ["__proto__"]: F("age") }),
      QueryError,
      /"__proto__" is not a name/,
    ],
    ["an annotation's name", () => A.annotate({ name: Count("books" as never) }), QueryError, /"name" is a field of bad\.Author/],
    ["a slice", () => A.slice(-1), QueryError, /from 0 up, not -1/],
    ["a limit", () => A.limit("x"), QueryError, "limit() takes a whole number from 0 up, not x."],
    ["an offset", () => A.offset(-1), QueryError, /^offset\(\) takes a whole number/],
    ["a chunk", () => A.iterator({ chunkSize: 0 })[Symbol.iterator]().next(), QueryError, /from 1 up/],
    ["a batch", () => A.bulkCreate([new Author({ name: "z" })], { batchSize: -3 }), QueryError, /from 1 up, not -3/],
    ["a unit", () => A.dates("born", "yearr"), QueryError, /one of year, quarter, month, week, day, not "yearr"/],
    ["a column that is not unique", () => A.inBulk([1], { fieldName: "age" }), QueryError, /not unique/],
    ["a filter behind a slice", () => A.limit(1).filter({ age: 3 }), QueryError, /cannot follow a slice/],
    ["querysets of two models", () => A.all().or(B.all()), QueryError, /querysets of one model/],
  ];
  describe("a wrong value is refused where a query wants", () => {
    it.each(wrongValues)("%s", (...refusal) => expectRefusal(refusal));
  });

  const wrongWrites: readonly Refusal[] = [
    ["an integer", () => A.create({ name: "x", age: "abc" }), ValidationError, /bad\.Author\.age: 'abc' is not an integer/],
    ["an integer that fits", () => A.create({ name: "x", age: 2 ** 40 }), ValidationError, /outside the column's range/],
    ["a text that fits", () => A.create({ name: "x".repeat(11) }), ValidationError, /at most 10 characters \(it has 11\)/],
    ["a decimal that fits", () => A.create({ name: "x", price: "12345.67" }), ValidationError, /no more than 5 digits/],
    ["JSON", () => A.create({ name: "x", data: { a: Number.NaN } }), ValidationError, /JSON has no NaN \(at a\)/],
    ["a key", () => B.create({ title: "x", author: "abc" }), ValidationError, /"abc" is not a key of bad\.Author/],
    ["an object of the right model", () => B.create({ title: "x", author: notes }), QueryError, /takes a bad\.Author, not a bad\.Book/],
    [
      "a saved object",
      () => B.create({ title: "x", author: new Author({ name: "q" }) }),
      QueryError,
      /unsaved bad\.Author .*save it first/,
    ],
    ["no list of a many-to-many field", () => B.create({ title: "x", author: ada, tags: [1] }), QueryError, /use tags\.set\(\[…\]\)/],
    ["an object of values", () => A.create("x"), QueryError, /takes an object of values, not x/],
    ["a value of an update", () => A.update({ age: "abc" }), ValidationError, /'abc' is not an integer/],
    ["a column of an update", () => B.update({ tags: [] }), FieldError, /tags is no column; use tags\.set/],
    ["a column of this model", () => B.update({ author__name: "x" }), FieldError, /columns of bad\.Book only/],
    ["fields of bulkUpdate", () => A.bulkUpdate([ada], []), QueryError, /name the fields/],
    ["objects of this model", () => A.bulkCreate([notes]), QueryError, /a bad\.Book among objects of bad\.Author/],
    ["objects of the other model", () => loosely(notes.tags).add(ada), QueryError, /takes objects of bad\.Tag, not a bad\.Author/],
    ["a key of the other model", () => loosely(notes.tags).add("abc"), ValidationError, /'abc' is not an integer/],
    ["a saved owner", () => loosely(new Book({ title: "x" } as never).tags).all(), QueryError, /save the Book first/],
    ["no assignment of many", () => Object.assign(notes, { tags: [1] }), QueryError, /use tags\.set\(\[…\]\)/],
    ["a row to delete", () => new Author({ name: "x" }).delete(), QueryError, /not saved/],
    ["a row to read again", () => new Author({ name: "x" }).refreshFromDb(), QueryError, /no key yet/],
  ];
  describe("a wrong value is refused where a write wants", () => {
    it.each(wrongWrites)("%s", (...refusal) => expectRefusal(refusal));

    it("a value that was assigned", async () => {
      const author = await Author.objects.get({ pk: ada.pk });
      Object.assign(author, { age: "abc" });
      const { error, queries } = await refused(() => author.save());
      expect(error.message).toBe("bad.Author.age: 'abc' is not an integer");
      expect(queries).toEqual([]);
    });

    it("a value for a column that cannot be null, which the database refuses", async () => {
      for (const body of [() => A.create({}), () => A.create({ name: null }), () => A.update({ name: null })]) {
        const { error } = await refused(body);
        expect(error).toBeInstanceOf(NotNullViolation);
        expect(error).toMatchObject({ alias: "default", table: "bad_author", columns: ["name"] });
        expect(error).toBeInstanceOf(IntegrityError);
      }
    });
  });

  const undefinedValues: readonly Refusal[] = [
    ["filter", () => A.filter({ age: undefined }), QueryError, "age is undefined. Leave it out, or use null for SQL's NULL."],
    ["exclude", () => A.exclude({ age: undefined }), QueryError, /^age is undefined/],
    ["get", () => A.get({ name: undefined }), QueryError, /^name is undefined/],
    ["a condition", () => A.filter(undefined), QueryError, /, not undefined\.$/],
    ["a list", () => A.filter({ age__in: [1, undefined] }), QueryError, /age__in: the list has an undefined item/],
    ["inBulk", () => A.inBulk([undefined]), QueryError, /undefined item/],
    ["update", () => A.update({ age: undefined }), QueryError, /update\(\{ age \}\) is undefined/],
    ["getOrCreate", () => A.getOrCreate({ name: undefined }), QueryError, /^name is undefined/],
    ["F", () => F(undefined as never), QueryError, /F takes the name of a field, .* not undefined/],
    ["Value", () => A.annotate({ n: Value(undefined as never) }), QueryError, /Value\(…\) is undefined/],
    ["values", () => A.values(undefined), QueryError, "values() takes names of fields and expressions, not undefined."],
    ["valuesList", () => A.valuesList(undefined), QueryError, /^valuesList\(\) takes names/],
    ["orderBy", () => A.orderBy(undefined), QueryError, /not undefined/],
    ["a junction", () => loosely(notes.tags).add(undefined), QueryError, /undefined is no object of bad\.Tag and no key/],
    ["SQL", () => getConnection().execute("SELECT %s", [undefined]), QueryError, /Parameter 1 is undefined; pass null for NULL/],
  ];
  describe("undefined never means everything: it is refused by", () => {
    it.each(undefinedValues)("%s", (...refusal) => expectRefusal(refusal));

    it("and means a value that is not given where an object is made", () => {
      expect(new Author({ name: "x", age: undefined as never }).age).toBeNull();
    });
  });

  const wrongSql: readonly Refusal[] = [
    ["parameters are missing", () => getConnection().execute("SELECT %s", []), QueryError, "The SQL has 1 placeholder for 0 parameters."],
    [
      "there are too many",
      () => A.raw("SELECT * FROM bad_author", [1])[Symbol.asyncIterator]().next(),
      QueryError,
      /0 placeholders for 1 parameter/,
    ],
    ["one is a function", () => getConnection().execute("SELECT %s", [() => 1]), QueryError, /Parameter 1 is a function/],
  ];
  describe("SQL is refused when", () => {
    it.each(wrongSql)("%s", (...refusal) => expectRefusal(refusal));

    it("the database cannot read it", async () => {
      const { error } = await refused(() => getConnection().execute("SELCT 1"));
      expect(error).toBeInstanceOf(ProgrammingError);
      expect(error).toMatchObject({ alias: "default", sql: "SELCT 1" });
      expect(error.cause).toBeInstanceOf(Error);
    });

    it("a table is not there, with the way out", async () => {
      class Gone extends Model<Gone>("bad.Gone")({}) {}
      const { error } = await refused(() => Gone.objects.count());
      expect(error).toBeInstanceOf(ProgrammingError);
      expect(error.message).toMatch(/bad_gone.*\. If a model has it, .* run `dorm makemigrations` and `dorm migrate`\.$/);
    });
  });
});
