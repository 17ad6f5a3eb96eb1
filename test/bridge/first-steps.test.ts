import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RawResult } from "../../src/engine/connections.js";
import {
  Avg,
  BigIntegerField,
  BinaryField,
  BooleanField,
  CASCADE,
  CharField,
  CheckViolation,
  Count,
  createTables,
  createTablesSync,
  DateField,
  DateTimeField,
  DecimalField,
  Duration,
  DurationField,
  dropTables,
  dropTablesSync,
  F,
  FloatField,
  ForeignKey,
  ForeignKeyViolation,
  getConnection,
  IntegerField,
  JSONField,
  Max,
  Model,
  NotNullViolation,
  PositiveIntegerField,
  ProgrammingError,
  Q,
  ReverseRelation,
  Sum,
  TextField,
  TimeField,
  Trunc,
  UniqueViolation,
  UUIDField,
} from "../../src/index.js";
import { describeEachBackend, everyBackend } from "../support/backends.js";
import { asynchronous, type Colour, synchronous } from "../support/colours.js";

class Shelf extends Model<Shelf>("first.Shelf")({
  name: CharField({ maxLength: 40, unique: true }),
  places: PositiveIntegerField({ default: 10 }),
  room: IntegerField({ dbDefault: 7 }),
  get volumes() {
    return ReverseRelation(() => Volume, "shelf");
  },
}) {}

class Volume extends Model<Volume>("first.Volume")(
  {
    title: CharField({ maxLength: 60 }),
    pages: IntegerField({ null: true }),
    shelf: ForeignKey(() => Shelf, { onDelete: CASCADE, relatedName: "volumes" }),
  },
  { ordering: ["title"] },
) {}

/** A column of every kind that all these databases have. */
class Sample extends Model<Sample>("first.Sample")({
  id: UUIDField({ primaryKey: true }),
  big: BigIntegerField(),
  real: FloatField(),
  price: DecimalField({ maxDigits: 30, decimalPlaces: 10 }),
  ok: BooleanField(),
  text: TextField(),
  day: DateField(),
  hour: TimeField(),
  moment: DateTimeField(),
  exact: DateTimeField({ precision: 6 }),
  span: DurationField(),
  data: JSONField(),
  bytes: BinaryField(),
}) {}

const models = [Shelf, Volume, Sample];

const sample = {
  id: "0191d5f0-1c2b-7a3d-8e4f-5a6b7c8d9e0f",
  big: -(2n ** 63n),
  real: 0.1,
  price: "12345678901234567890.0123456789",
  ok: false,
  text: "‘naïve’ \\ 'quoted' \"twice\" 🦉 %_",
  day: "1066-10-14",
  hour: "13:45:00.500",
  moment: new Date("2026-11-20T12:00:00.123Z"),
  exact: "1999-12-31T23:59:59.999999Z",
  span: 90_061_001,
  data: { list: [1, null, "é", { deep: true }], number: 1.5 },
  bytes: new Uint8Array([0, 39, 92, 255]),
};

/** What happens when a call fails, whether it throws or rejects. */
async function failure(action: () => unknown): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error;
  }
  return undefined;
}

function firstSteps(colour: Colour): void {
  const { call, rows, atomic } = colour;
  beforeEach(async () => {
    await call(Volume.objects, "delete");
    await call(Shelf.objects, "delete");
    await call(Sample.objects, "delete");
  });

  const shelfNames = async (): Promise<readonly string[]> => (await rows(Shelf.objects.orderBy("name"))).map((shelf) => shelf.name);

  it("creates, and reads back what the database filled in", async () => {
    const shelf = await call<Shelf>(Shelf.objects, "create", { name: "poetry" });
    expect(shelf.id).toBeGreaterThan(0);
    expect(shelf.room).toBe(7);
    const found = await call<Shelf>(Shelf.objects, "get", { name: "poetry" });
    expect([found.id, found.places, found.room]).toEqual([shelf.id, 10, 7]);
  });

  it("keeps values of every kind", async () => {
    await call<Sample>(Sample.objects, "create", sample);
    const found = await call<Sample>(Sample.objects, "get", { pk: sample.id });
    expect({ ...found.toJSON(), big: found.big, moment: found.moment, bytes: found.bytes, price: found.price.toFixed(10) }).toMatchObject(
      sample,
    );
    const { id, data: _data, ...others } = sample;
    for (const [name, value] of Object.entries(others)) {
      expect([name, await call(Sample.objects.filter(Q.untyped({ [name]: value })), "count")]).toEqual([name, 1]);
      expect([name, await call(Sample.objects.filter(Q.untyped({ [`${name}__in`]: [value] })), "count")]).toEqual([name, 1]);
    }
    expect(await call(Sample.objects.filter({ price: "12345678901234567890.0123456788" }), "count")).toBe(0);
    expect(await call(Sample.objects.filter({ id }), "exists")).toBe(true);
  });

  it("computes with dates and durations", async () => {
    await call<Sample>(Sample.objects, "create", sample);
    for (const condition of [
      { moment__year: 2026, moment__month: 11, moment__day: 20, moment__hour: 12 },
      {
        moment__isoYear: 2026,
        moment__week: 47,
        moment__quarter: 4,
        moment__isoWeekDay: 5,
        moment__weekDay: 6,
        moment__date: "2026-11-20",
      },
      { day__lt: "1066-10-15", day__year: 1066, hour__hour: 13, exact__second: 59 },
    ]) {
      expect([condition, await call(Sample.objects.filter(Q.untyped(condition)), "count")]).toEqual([condition, 1]);
    }
    const [found] = await rows(
      Sample.objects.annotate({
        later: F("moment").add(F("span")),
        week: Trunc("moment", "week"),
        quarter: Trunc("moment", "quarter"),
        minute: Trunc("moment", "minute"),
        between: F("moment").sub(F("exact")),
        night: F("hour").add(Duration({ hours: 11 })),
      }),
    );
    expect(found).toMatchObject({
      later: new Date("2026-11-21T13:01:01.124Z"),
      week: new Date("2026-11-16T00:00:00Z"),
      quarter: new Date("2026-10-01T00:00:00Z"),
      minute: new Date("2026-11-20T12:00:00Z"),
      night: "00:45:00.500",
    });
    expect(found?.between).toBeCloseTo(Date.parse("2026-11-20T12:00:00.123Z") - Date.parse("2000-01-01T00:00:00Z"), 0);
  });

  it("says what get() did not find", async () => {
    await call(Shelf.objects, "bulkCreate", [new Shelf({ name: "a" }), new Shelf({ name: "b" })]);
    expect(await failure(() => call<Shelf>(Shelf.objects, "get", { name: "c" }))).toBeInstanceOf(Shelf.DoesNotExist);
    expect(await failure(() => call<Shelf>(Shelf.objects, "get", { places: 10 }))).toBeInstanceOf(Shelf.MultipleObjectsReturned);
  });

  describe("with rows", () => {
    beforeEach(async () => {
      const shelves = await call<Shelf[]>(
        Shelf.objects,
        "bulkCreate",
        ["Crime", "art", "100%_pure"].map((name, index) => new Shelf({ name, places: (index + 1) * 10 })),
      );
      const [crime, art] = shelves;
      if (crime === undefined || art === undefined) throw new Error("no shelves");
      await call(Volume.objects, "bulkCreate", [
        new Volume({ title: "Maigret", pages: 150, shelf: crime }),
        new Volume({ title: "Poirot", pages: 250, shelf: crime }),
        new Volume({ title: "Goya", shelf: art }),
      ]);
    });

    it("has given each row of bulkCreate its own key", async () => {
      const shelves = await call<Shelf[]>(Shelf.objects, "bulkCreate", [new Shelf({ name: "x" }), new Shelf({ name: "y" })]);
      for (const shelf of shelves) {
        expect((await call<Shelf>(Shelf.objects, "get", { pk: shelf.id })).name).toBe(shelf.name);
        expect(shelf.room).toBe(7);
      }
    });

    it.each<[string, Record<string, unknown>, readonly string[]]>([
      ["equality, by case", { name: "crime" }, []],
      ["iexact", { name__iexact: "crime" }, ["Crime"]],
      ["icontains", { name__icontains: "R" }, ["100%_pure", "Crime", "art"]],
      ["a pattern of literal signs", { name__contains: "%_" }, ["100%_pure"]],
      ["istartswith", { name__istartswith: "A" }, ["art"]],
      ["iendswith", { name__iendswith: "ME" }, ["Crime"]],
      ["regex", { name__regex: "^[a-z]+$" }, ["art"]],
      ["iregex", { name__iregex: "^[A-Z]+$" }, ["Crime", "art"]],
      ["range", { places__range: [15, 25] }, ["art"]],
      ["a short list", { name__in: ["art", "none"] }, ["art"]],
      ["a long list of texts", { name__in: ["art", ...Array.from({ length: 50 }, (_, index) => `n${index}`)] }, ["art"]],
      ["a long list of numbers", { places__in: Array.from({ length: 50 }, (_, index) => index) }, ["100%_pure", "Crime", "art"]],
      ["a relation", { volumes__pages__gt: 200 }, ["Crime"]],
    ])("filters by %s", async (_title, condition, expected) => {
      const found = (await rows(Shelf.objects.filter(Q.untyped(condition)))).map((shelf) => shelf.name);
      expect(found.sort()).toEqual([...expected].sort());
    });

    it("excludes, joins, orders and slices", async () => {
      expect((await rows(Volume.objects.exclude({ shelf__name: "Crime" }))).map((volume) => volume.title)).toEqual(["Goya"]);
      expect((await rows(Volume.objects.exclude({ pages: 150 }))).map((volume) => volume.title)).toEqual(["Goya", "Poirot"]);
      const nullsLast = Volume.objects.orderBy(F("pages").desc({ nullsLast: true }));
      expect((await rows(nullsLast)).map((volume) => volume.title)).toEqual(["Poirot", "Maigret", "Goya"]);
      const nullsFirst = Volume.objects.orderBy(F("pages").desc({ nullsFirst: true }));
      expect((await rows(nullsFirst)).map((volume) => volume.title)).toEqual(["Goya", "Poirot", "Maigret"]);
      expect((await rows(Volume.objects.slice(1, 2))).map((volume) => volume.title)).toEqual(["Maigret"]);
      expect((await rows(Volume.objects.slice(1))).map((volume) => volume.title)).toEqual(["Maigret", "Poirot"]);
      const first = Volume.objects.filter({ pk__in: Volume.objects.slice(0, 1) });
      expect((await rows(first)).map((volume) => volume.title)).toEqual(["Goya"]);
      const [volume] = await rows(Volume.objects.selectRelated("shelf"));
      expect(volume?.shelf.name).toBe("art");
    });

    it("updates with values and expressions, over joins and slices too", async () => {
      expect(await call(Shelf.objects.filter({ name: "art" }), "update", { places: F("places").add(1) })).toBe(1);
      expect((await call<Shelf>(Shelf.objects, "get", { name: "art" })).places).toBe(21);
      expect(await call(Shelf.objects, "update", { places: F("places").div(2) })).toBe(3);
      expect((await rows(Shelf.objects.orderBy("places"))).map((shelf) => shelf.places)).toEqual([5, 10, 15]);
      expect(await call(Volume.objects.filter({ shelf__name: "Crime" }), "update", { pages: 1 })).toBe(2);
      expect(await call(Volume.objects.slice(0, 1), "exists")).toBe(true);
      expect(await call(Shelf.objects.filter({ name: "art" }), "update", { places: 10 })).toBe(1);
    });

    it("saves and deletes instances", async () => {
      const shelf = await call<Shelf>(Shelf.objects, "get", { name: "art" });
      shelf.name = "Art";
      await call(shelf, "save");
      expect(await shelfNames()).toContain("Art");
      const [count] = await call<[number]>(shelf, "delete");
      expect(count).toBe(2);
      expect(await call(Volume.objects.filter({ shelf__name: "Crime" }), "delete")).toEqual([2, { "first.Volume": 2 }]);
      expect(await call(Volume.objects, "count")).toBe(0);
    });

    it("aggregates, groups, and counts under a condition", async () => {
      expect(
        await call(Volume.objects, "aggregate", {
          all: Count("*"),
          paged: Count("pages"),
          long: Count("*", { filter: Q({ pages__gt: 200 }) }),
          sum: Sum("pages"),
          mean: Avg("pages"),
          most: Max("pages"),
        }),
      ).toEqual({ all: 3, paged: 2, long: 1, sum: 400, mean: 200, most: 250 });
      const grouped = Volume.objects
        .orderBy("shelf__name")
        .values("shelf__name")
        .annotate({ volumes: Count("*") });
      expect(await rows(grouped)).toHaveLength(2);
    });

    it("meets rows that are there in the way it is asked to", async () => {
      await call(Shelf.objects, "bulkCreate", [new Shelf({ name: "art", places: 99 }), new Shelf({ name: "maps" })], {
        ignoreConflicts: true,
      });
      expect((await call<Shelf>(Shelf.objects, "get", { name: "art" })).places).toBe(20);
      await call(Shelf.objects, "bulkCreate", [new Shelf({ name: "art", places: 99 }), new Shelf({ name: "new" })], {
        updateConflicts: true,
        uniqueFields: ["name"],
        updateFields: ["places"],
      });
      expect((await call<Shelf>(Shelf.objects, "get", { name: "art" })).places).toBe(99);
      expect([...(await shelfNames())].sort()).toEqual(["100%_pure", "Crime", "art", "maps", "new"]);
      const [found, made] = await call<[Shelf, boolean]>(Shelf.objects, "getOrCreate", { name: "art" });
      expect([found.places, made]).toEqual([99, false]);
    });

    it("reads portions of a cursor, to the end or not", async () => {
      const [shelf] = await rows(Shelf.objects.slice(0, 1));
      await call(
        Volume.objects,
        "bulkCreate",
        Array.from({ length: 40 }, (_, index) => new Volume({ title: `v${index}`, shelfId: shelf?.id ?? 0 })),
      );
      expect(await iterate(10, 100)).toBe(43);
      expect(await iterate(10, 15)).toBe(15);
      expect(await call(Volume.objects, "count")).toBe(43);
    });

    async function iterate(chunkSize: number, most: number): Promise<number> {
      let seen = 0;
      if (colour === synchronous) {
        for (const _volume of Volume.objects.iterator({ chunkSize })) if (++seen >= most) break;
      } else {
        for await (const _volume of Volume.objects.iterator({ chunkSize })) if (++seen >= most) break;
      }
      return seen;
    }
  });

  describe("in an atomic block", () => {
    it("commits", async () => {
      await atomic(
        () => call<Shelf>(Shelf.objects, "create", { name: "a" }),
        () => call<Shelf>(Shelf.objects, "create", { name: "b" }),
      );
      expect(await shelfNames()).toEqual(["a", "b"]);
    });

    it("rolls back when a step fails", async () => {
      const error = await failure(() =>
        atomic(
          () => call<Shelf>(Shelf.objects, "create", { name: "a" }),
          () => {
            throw new Error("no");
          },
        ),
      );
      expect(error).toMatchObject({ message: "no" });
      expect(await shelfNames()).toEqual([]);
    });

    it("undoes an inner block that failed, and keeps the rest", async () => {
      const inner = () =>
        atomic(
          () => call<Shelf>(Shelf.objects, "create", { name: "inner" }),
          () => call<Shelf>(Shelf.objects, "create", { name: "outer" }),
        );
      let failed: unknown;
      await atomic(
        () => call<Shelf>(Shelf.objects, "create", { name: "outer" }),
        colour === synchronous
          ? () => {
              try {
                inner();
              } catch (error) {
                failed = error;
              }
            }
          : async () => {
              failed = await failure(inner);
            },
        () => call<Shelf>(Shelf.objects, "create", { name: "after" }),
      );
      expect(failed).toBeInstanceOf(UniqueViolation);
      expect(await shelfNames()).toEqual(["after", "outer"]);
    });
  });

  it("maps the errors of the database", async () => {
    const shelf = await call<Shelf>(Shelf.objects, "create", { name: "a" });
    expect(await failure(() => call<Shelf>(Shelf.objects, "create", { name: "a" }))).toBeInstanceOf(UniqueViolation);
    expect(await failure(() => call(Shelf.objects.filter({ pk: shelf.pk }), "update", { places: F("places").sub(11) }))).toBeInstanceOf(
      CheckViolation,
    );
    expect(await failure(() => call(Volume.objects, "create", { title: "x", shelfId: 999_999 }))).toBeInstanceOf(ForeignKeyViolation);
    const connection = getConnection();
    expect(await failure(() => call(connection, "execute", "INSERT INTO first_shelf (name, places) VALUES (NULL, 1)"))).toBeInstanceOf(
      NotNullViolation,
    );
    const unknown = await failure(() => call(connection, "execute", "SELECT * FROM nothing_of_that_name"));
    expect(unknown).toBeInstanceOf(ProgrammingError);
    expect(unknown).toMatchObject({ alias: "default", sql: "SELECT * FROM nothing_of_that_name" });
  });

  it("runs SQL of the user, with either placeholder", async () => {
    await call<Shelf>(Shelf.objects, "create", { name: "it's" });
    const { rows: found } = await call<RawResult>(
      getConnection(),
      "execute",
      "SELECT name, places + %s AS more FROM first_shelf WHERE name = %s",
      [5, "it's"],
    );
    expect(found).toEqual([{ name: "it's", more: 15 }]);
    const raw = await call<RawResult>(getConnection(), "execute", "SELECT count(*) AS shelves FROM first_shelf WHERE name <> ?", ["x"]);
    expect(raw.rows).toEqual([{ shelves: 1 }]);
  });
}

describeEachBackend("first steps", { only: [...everyBackend, "mariadb", "mysql"] }, () => {
  beforeAll(() => createTables(models));
  firstSteps(asynchronous);

  it("drops its tables", async () => {
    await dropTables(models);
    await expect(Shelf.objects.count()).rejects.toBeInstanceOf(ProgrammingError);
  });
});

describeEachBackend("synchronous first steps", { only: ["sqlite", "sqlite-file", "better-sqlite3", "postgresql-sync"] }, () => {
  beforeAll(() => createTablesSync(models));
  firstSteps(synchronous);

  it("drops its tables", () => {
    dropTablesSync(models);
    expect(() => Shelf.objects.countSync()).toThrow(ProgrammingError);
  });
});
