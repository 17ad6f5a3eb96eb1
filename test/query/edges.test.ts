import { afterAll, beforeAll, expect, it } from "vitest";
import {
  BigIntegerField,
  CASCADE,
  CharField,
  CITextField,
  Count,
  createTables,
  DateTimeField,
  dropTables,
  F,
  FilteredRelation,
  ForeignKey,
  getConnection,
  IntegerField,
  JSONField,
  Model,
  Q,
  ReverseRelation,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";

class Artist extends Model<Artist>("edges.Artist")(
  {
    name: CharField({ maxLength: 50 }),
    born: DateTimeField({ null: true }),
    created: DateTimeField({ autoNowAdd: true }),
    get albums() {
      return ReverseRelation(() => Album, "artist");
    },
  },
  { ordering: ["pk"] },
) {}
class Album extends Model<Album>("edges.Album")({
  title: CharField({ maxLength: 50 }),
  artist: ForeignKey(() => Artist, { onDelete: CASCADE }),
}) {}
class Defaults extends Model<Defaults>("edges.Defaults")({
  label: CharField({ maxLength: 50 }),
  owner: CharField({ maxLength: 50, dbDefault: "O'Brien" }),
  data: JSONField<{ tags?: string[] }>({ dbDefault: {} }),
  size: BigIntegerField({ dbDefault: 2n ** 40n }),
}) {}
class Big extends Model<Big>("edges.Big")({
  amount: BigIntegerField(),
  count: IntegerField({ default: 0 }),
  get parent() {
    return ForeignKey(() => Big, { onDelete: CASCADE, null: true });
  },
}) {}
class Word extends Model<Word>("edges.Word")({ text: CITextField({ maxLength: 30 }) }) {}

describeEachBackend("edges that stand alone", (backend) => {
  beforeAll(async () => {
    await createTables([Artist, Album, Defaults]);
    for (const [name, born] of [
      ["Ann", "1970-03-05T10:00:00Z"],
      ["Bob", "1970-03-20T10:00:00Z"],
      ["Cleo", "1969-01-02T10:00:00Z"],
      ["Dan", null],
    ] as const)
      await Artist.objects.create({ name, born });
    const ann = await Artist.objects.get({ name: "Ann" });
    await Album.objects.bulkCreate([new Album({ title: "Live", artist: ann }), new Album({ title: "Studio", artist: ann })]);
  });

  it("C02: dates() gives truncated days, each once, in order", async () => {
    const months = await Artist.objects.dates("born", "month");
    expect(months).toEqual(["1969-01-01", "1970-03-01"]);
  });

  it("C24: a time that the field fills in has the form of one that is given", async () => {
    const ann = await Artist.objects.get({ name: "Ann" });
    await Artist.objects.filter({ pk: ann.pk }).update({ born: ann.created });
    expect(await Artist.objects.filter({ born: F("created") }).valuesList("name", { flat: true })).toEqual(["Ann"]);
    expect(await Artist.objects.filter({ created: ann.created, pk: ann.pk }).exists()).toBe(true);
  });

  it("C32, C33: defaults of the database are quoted and of the column's type", async () => {
    const made = await Defaults.objects.create({ label: "x" });
    expect([made.owner, made.data, made.size]).toEqual(["O'Brien", {}, 2n ** 40n]);
  });

  it("G64: a FilteredRelation can be asked for null, and counted", async () => {
    const live = Artist.objects.annotate({ live: FilteredRelation("albums", { condition: Q({ albums__title: "Live" }) }) });
    expect(await live.filter({ live__isnull: false }).valuesList("name", { flat: true })).toEqual(["Ann"]);
    expect(await live.filter({ live__isnull: true }).count()).toBe(3);
    expect(
      await live
        .annotate({ n: Count("live") })
        .orderBy("-n")
        .valuesList("name", "n")
        .first(),
    ).toEqual(["Ann", 1]);
  });

  it("H12: contains follows the database's LIKE, which on SQLite ignores the case of ASCII letters", async () => {
    expect(await Artist.objects.filter({ name__contains: "ANN" }).count()).toBe(backend.vendor === "sqlite" ? 1 : 0);
    expect(await Artist.objects.filter({ name__icontains: "ANN" }).count()).toBe(1);
  });

  backend.skipUnless(backend.vendor === "sqlite", "only SQLite has one number for the last row of any table")(
    "J12: keys of a bulk insert are those of its rows, whatever triggers insert beside",
    async () => {
      await getConnection().executeScript(`
        CREATE TABLE edges_log (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT);
        INSERT INTO edges_log (id, title) VALUES (5000, 'far ahead');
        CREATE TRIGGER edges_log_albums AFTER INSERT ON edges_album BEGIN INSERT INTO edges_log (title) VALUES (NEW.title); END;
      `);
      const artist = await Artist.objects.get({ name: "Bob" });
      const albums = await Album.objects.bulkCreate(["a", "b", "c"].map((title) => new Album({ title, artist })));
      for (const album of albums) expect((await Album.objects.get({ pk: album.pk })).title).toBe(album.title);
    },
  );

  backend.skipUnless(backend.vendor === "sqlite", "PostgreSQL has its own test of the synchronous colour")(
    "A19: both colours of one alias see the same rows",
    async () => {
      const made = Artist.objects.createSync({ name: "Eve" });
      expect((await Artist.objects.get({ pk: made.pk })).name).toBe("Eve");
      await Artist.objects.filter({ pk: made.pk }).delete();
      expect(Artist.objects.filter({ pk: made.pk }).existsSync()).toBe(false);
    },
  );
});

describeEachBackend("edges of MariaDB", { only: ["mariadb"] }, () => {
  beforeAll(() => createTables([Big, Word]));
  afterAll(() => dropTables([Big, Word]));

  it("C31: big integers, and keys that refer to big keys, have 64 bits", async () => {
    const { rows } = await getConnection().execute(
      "SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'edges_big' ORDER BY column_name",
    );
    expect(rows.map(({ name, type }) => [name, type])).toEqual([
      ["amount", "bigint"],
      ["count", "int"],
      ["id", "bigint"],
      ["parent_id", "bigint"],
    ]);
  });

  it("C37: case-insensitive text is compared so", async () => {
    await Word.objects.create({ text: "Dorm" });
    expect(await Word.objects.filter({ text: "dORM" }).exists()).toBe(true);
    expect(await Word.objects.filter({ text: "norm" }).exists()).toBe(false);
  });
});

describeEachBackend("schemas of PostgreSQL", { only: ["postgresql"] }, () => {
  it("K24: only tables on the search path count as there", async () => {
    await getConnection().executeScript("CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.edges_album (other text)");
    await createTables([Artist, Album], { ifNotExists: true });
    const artist = await Artist.objects.create({ name: "Zoe" });
    await Album.objects.create({ title: "here", artist });
    expect(await Album.objects.filter({ title: "here" }).count()).toBe(1);
    await getConnection().executeScript("DROP SCHEMA elsewhere CASCADE");
  });
});
