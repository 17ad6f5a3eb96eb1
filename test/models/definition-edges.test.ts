import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  AbstractModel,
  CASCADE,
  CharField,
  CheckConstraint,
  createTables,
  DateTimeField,
  FieldError,
  ForeignKey,
  ImproperlyConfigured,
  Index,
  IntegerField,
  Model,
  Q,
  QuerySet,
  ReadOnlyModelError,
  ReverseRelation,
  SET_DEFAULT,
  SET_NULL,
  UniqueConstraint,
} from "../../src/index.js";
import { metaOf, registry } from "../../src/models/index.js";
import { captureQueries } from "../../src/testing/index.js";
import { describeEachBackend } from "../support/backends.js";

/* What a program without types could write. */
// biome-ignore lint/suspicious/noExplicitAny: the types refuse most of what is tried here
const loosely = (value: unknown): any => value;
const define = (label: string, shape: object, options: object = {}) => loosely(Model)(label)(shape, options);
const columns = (model: unknown) => metaOf(model).fields.map(({ column }) => column);

class UserOfA extends Model<UserOfA>("appa.User")({ name: CharField({ maxLength: 9 }) }) {}
class UserOfB extends Model<UserOfB>("appb.User")({ email: CharField({ maxLength: 9 }) }) {}

class NamedQuerySet extends QuerySet<Named> {
  called(name: string) {
    return this.filter(Q.untyped({ name }));
  }
  override async count(): Promise<number> {
    return (await super.count()) + 1000;
  }
}
class Named extends AbstractModel<Named>()(
  { name: CharField({ maxLength: 5 }), madeAt: DateTimeField({ null: true }) },
  {
    ordering: ["-name"],
    indexes: [Index({ fields: ["name"] })],
    uniqueTogether: [["name", "madeAt"]],
    constraints: [CheckConstraint({ name: "name_given", check: Q.untyped({ name__gt: "" }) })],
    managers: { byName: NamedQuerySet },
    getLatestBy: "madeAt",
  },
) {
  shout() {
    return this.name.toUpperCase();
  }
}
class Plain extends Named.extend<Plain>("edges.Plain")({ extra: IntegerField({ default: 0 }) }) {}
class Wider extends Named.extend<Wider>("edges.Wider")({ name: CharField({ maxLength: 50 }) }, { ordering: ["name"] }) {}

class Person extends Model<Person>("edges.Person")({
  name: CharField({ maxLength: 20 }),
  hidden: IntegerField({ default: 0 }),
  get boss() {
    return ForeignKey("self", { onDelete: SET_NULL, null: true });
  },
  get mentor() {
    return ForeignKey(() => Person, { onDelete: SET_NULL, null: true, relatedName: "+" });
  },
  get letters() {
    return ReverseRelation(() => Letter, "receiver");
  },
}) {
  static override objects = VisibleQuerySet().asManager(() => Person);
}
/** As a function, so that the class may stand behind the model that it is about. */
function VisibleQuerySet() {
  return class extends QuerySet<Person> {
    override all() {
      return super.all().filter({ hidden: 0 });
    }
    visible() {
      return this.filter({ hidden: 0 });
    }
  };
}
class Letter extends Model<Letter>("edges.Letter")({
  text: CharField({ maxLength: 20 }),
  sender: ForeignKey(() => Person, { onDelete: CASCADE }),
  receiver: ForeignKey(() => Person, { onDelete: CASCADE, relatedName: "letters" }),
}) {}

class Rate extends Model<Rate>("edges.Rate")({ value: IntegerField() }, { readOnly: true }) {}

describe("definitions", () => {
  it("B01: two apps may each have a model of one name", () => {
    expect(registry.get("appa.User")).toBe(metaOf(UserOfA));
    expect(registry.get("appb.User")).toBe(metaOf(UserOfB));
    expect([metaOf(UserOfA).table, metaOf(UserOfB).table]).toEqual(["appa_user", "appb_user"]);
    expect(columns(UserOfB)).toEqual(["id", "email"]);
    expect(() => define("appa.User", { other: IntegerField() })).toThrow(/"appa\.User" is taken by a model with other fields/);
  });

  it("B02: a field of an abstract base that a child declares again is the child's, once", () => {
    expect(columns(Wider)).toEqual(["id", "name", "made_at"]);
    expect(metaOf(Wider).column("name").storage.maxLength).toBe(50);
    expect(metaOf(Plain).column("name").storage.maxLength).toBe(5);
  });

  it("B03, B04: a child inherits the options that it does not name", () => {
    const { options } = metaOf(Plain);
    expect(options.ordering).toEqual(["-name"]);
    expect(options.getLatestBy).toBe("madeAt");
    expect(options.indexes).toHaveLength(1);
    expect(options.constraints?.map(({ name }) => name)).toEqual(["name_given"]);
    expect(options.uniqueTogether).toEqual([["name", "madeAt"]]);
    const wider = metaOf(Wider).options;
    expect([wider.ordering, wider.getLatestBy, wider.indexes?.length]).toEqual([["name"], "madeAt", 1]);
    expect(new Plain({ name: "ab" }).shout()).toBe("AB");
    expect(() => metaOf(Named)).toThrow(/is not a model/);
  });

  it("B05: a model with a table cannot be extended", () => {
    class Sub extends UserOfA {}
    expect(() => new Sub({ name: "x" })).toThrow(ImproperlyConfigured);
    expect(() => Sub.objects).toThrow(/Sub extends appa\.User, a model with a table.*AbstractModel/);
    expect(new UserOfA({ name: "x" })).toBeInstanceOf(UserOfA);
    expect(() => loosely(UserOfA).extend("edges.Sub")).toThrow(/appa\.User.*AbstractModel/);
  });

  it('B06: "self" is the declaring model', () => {
    expect(metaOf(Person).findRelation("boss")?.target).toBe(metaOf(Person));
    expect(metaOf(Person).findRelation("mentor")?.target).toBe(metaOf(Person));
  });

  it("B07: an unknown target is named", () => {
    const Orphan = define("edges.Orphan", { of: ForeignKey("edges.Persn", { onDelete: CASCADE }) });
    expect(() => Orphan.objects.filter({ of: 1 })).toThrow('There is no model "edges.Persn". Did you mean "edges.Person"?');
    registry.remove("edges.Orphan");
  });

  it("B08: two foreign keys to one model need no names, and cannot have the same", () => {
    expect([...metaOf(Letter).relations.keys()]).toEqual(["sender", "receiver"]);
    expect(metaOf(Person).findRelation("letters")).toMatchObject({ kind: "backward", forward: { name: "receiver" } });
    const key = () => ForeignKey(() => UserOfB, { onDelete: CASCADE, relatedName: "twice" });
    const Twice = define("edges.Twice", { a: key(), b: key() });
    expect(() => Twice.objects.filter({ a: 1 })).toThrow(
      /edges\.Twice\.a and edges\.Twice\.b both have the relatedName "twice" on appb\.User/,
    );
    registry.remove("edges.Twice");
  });

  it("B09: a relatedName cannot be a field of the target", () => {
    const Taker = define("edges.Taker", { a: ForeignKey(() => UserOfB, { onDelete: CASCADE, relatedName: "email" }) });
    expect(() => Taker.objects.filter({ a: 1 })).toThrow(/its relatedName "email" is a field of appb\.User/);
    registry.remove("edges.Taker");
  });

  it("B10: a relatedName that ends in + makes no other side", () => {
    expect(metaOf(Person).relations.has("+")).toBe(false);
    expect([...metaOf(Person).relations.keys()]).toEqual(["boss", "mentor", "letters"]);
  });

  it("B11: SET_NULL needs a null, SET_DEFAULT a default", () => {
    expect(() => define("edges.X", { a: ForeignKey(() => Person, { onDelete: SET_NULL }) })).toThrow(/edges\.X\.a: .*add null: true/);
    expect(() => define("edges.X", { a: ForeignKey(() => Person, { onDelete: SET_DEFAULT }) })).toThrow(/SET_DEFAULT needs a default/);
  });

  it.each(["a__b", "a_", "pk", "save", "objects", "then", "constructor", "1st", "with space"])("B12: no field is named %s", (name) => {
    expect(() => define("edges.X", { [name]: IntegerField() })).toThrow(ImproperlyConfigured);
    expect(() => define("edges.X", { [name]: IntegerField() })).toThrow(name);
  });

  it("B13: there is one primary key", () => {
    const key = () => IntegerField({ primaryKey: true });
    expect(() => define("edges.X", { a: key(), b: key() })).toThrow(/two primary keys: a and b.*CompositePrimaryKey/);
  });

  it("B14: options and the fields that they name exist", () => {
    const shape = () => ({ name: IntegerField() });
    expect(() => define("edges.X", shape(), { orderin: ["name"] })).toThrow(/unknown Meta option "orderin". Did you mean "ordering"/);
    expect(() => define("edges.X", shape(), { ordering: ["-nmae"] })).toThrow(/ordering names "nmae".*Did you mean "name"/);
    expect(() => define("edges.X", shape(), { uniqueTogether: [["name", "nmae"]] })).toThrow(/uniqueTogether names "nmae"/);
    expect(() => define("edges.X", shape(), { indexes: [Index({ fields: ["-nmae"] })] })).toThrow(/an index names "nmae"/);
    expect(() => define("edges.X", shape(), { constraints: [UniqueConstraint({ fields: ["nmae"], name: "u" })] })).toThrow(
      /"u" names "nmae"/,
    );
    expect(() => define("edges.X", shape(), { getLatestBy: "nmae" })).toThrow(/getLatestBy names "nmae"/);
  });

  it("B15: a constructor refuses names that are no fields", () => {
    expect(() => new UserOfA(loosely({ nme: "x" }))).toThrow(FieldError);
    expect(() => new UserOfA(loosely({ nme: "x" }))).toThrow('appa.User has no field "nme". Did you mean "name"?');
  });

  it("B16: models that share a shape have fields of their own", () => {
    const shape = { name: CharField({ maxLength: 3 }) };
    const [First, Second] = [define("edges.First", shape), define("edges.Second", shape)];
    expect(metaOf(First).column("name").modelLabel).toBe("edges.First");
    expect(metaOf(Second).column("name").modelLabel).toBe("edges.Second");
    expect(metaOf(Plain).column("madeAt")).not.toBe(metaOf(Wider).column("madeAt"));
  });

  it("B18: the default manager is one of the managers", () => {
    expect(() => define("edges.X", { a: IntegerField() }, { defaultManagerName: "al" })).toThrow(/defaultManagerName "al" is no manager/);
    const Chosen = define("edges.Chosen", { name: IntegerField() }, { managers: { byName: NamedQuerySet }, defaultManagerName: "byName" });
    expect(Chosen.byName.all()).toBeInstanceOf(NamedQuerySet);
  });

  it.each([{ dbTable: "a".repeat(64) }, { dbTable: 'x"y' }, { dbTable: "x;DROP TABLE y" }, { dbTable: "" }])(
    "B23: no table is named $dbTable",
    (options) => {
      expect(() => define("edges.X", { a: IntegerField() }, options)).toThrow(ImproperlyConfigured);
    },
  );
  it("B23: nor a column, nor the other side of a relation", () => {
    expect(() => define("edges.X", { a: IntegerField({ dbColumn: 'a"b' }) })).toThrow(/edges\.X\.a: column: "a\\"b" is not a name/);
    expect(() => define("edges.X", { a: IntegerField({ dbColumn: "a".repeat(64) }) })).toThrow(/longer than 63/);
    const relatedName = "x; --";
    expect(() => define("edges.X", { a: ForeignKey(() => Person, { onDelete: CASCADE, relatedName }) })).toThrow(
      /edges\.X\.a: relatedName/,
    );
    expect(registry.find("edges.X")).toBeUndefined();
  });
});

describeEachBackend("managers and relations of definitions", { only: ["sqlite", "postgresql"], aliases: ["default", "b"] }, () => {
  beforeAll(async () => {
    await createTables([UserOfA, UserOfB, Plain, Person, Letter, Rate]);
    await createTables([Person, Letter], { using: "b" });
  });
  beforeEach(async () => {
    await Plain.objects.all().delete();
    for (const alias of ["default", "b"]) await loosely(Person.objects).using(alias).delete();
  });

  it("B01: both have their own rows", async () => {
    await UserOfA.objects.create({ name: "a" });
    expect([await UserOfA.objects.count(), await UserOfB.objects.count()]).toEqual([1, 0]);
  });

  it("B17, B20: managers of an abstract base are the child's, and keep their methods after filters", async () => {
    await Plain.objects.create({ name: "x" });
    const found = await loosely(Plain.byName).filter({ extra: 0 }).called("x");
    expect(found[0]).toBeInstanceOf(Plain);
    expect(await Plain.byName.called("y")).toEqual([]);
  });

  it("B19: a manager calls what its class overrides", async () => {
    expect(await Plain.byName.count()).toBe(1000);
    expect(await Plain.objects.count()).toBe(0);
  });

  it("B21: custom methods survive values()", async () => {
    await Plain.objects.create({ name: "x" });
    expect(await loosely(Plain.byName).values("name").called("x")).toEqual([{ name: "x" }]);
    expect(await loosely(Plain.byName).valuesList("name", { flat: true }).called("x")).toEqual(["x"]);
  });

  it.each([
    ["create", () => Rate.objects.create({ value: 1 })],
    ["save", () => new Rate({ value: 1 }).save()],
    ["delete of an instance", () => new Rate({ id: 1, value: 1 }).delete()],
    ["bulkCreate", () => Rate.objects.bulkCreate([new Rate({ value: 1 })])],
    ["bulkUpdate", () => Rate.objects.bulkUpdate([new Rate({ id: 1, value: 1 })], ["value"])],
    ["update", () => Rate.objects.update({ value: 2 })],
    ["delete", () => Rate.objects.all().delete()],
    ["getOrCreate", () => Rate.objects.getOrCreate({ value: 7 })],
    ["updateOrCreate", () => Rate.objects.updateOrCreate({ value: 7 }, { defaults: { value: 8 } })],
  ])("B22: a read-only model refuses %s before anything is sent", async (_title, body) => {
    const queries = await captureQueries(async () => {
      await expect((async () => body())()).rejects.toThrow(ReadOnlyModelError);
    });
    expect(queries).toEqual([]);
    expect(await Rate.objects.count()).toBe(0);
  });

  it("B24: a foreign key leads to a row that the default manager hides", async () => {
    const hidden = await Person.objects.create({ name: "Hidden", hidden: 1 });
    expect(await Person.objects.all().count()).toBe(0);
    const { pk } = await Letter.objects.create({ text: "x", sender: hidden, receiver: hidden });
    const letter = await Letter.objects.get({ pk });
    expect((await letter.sender).name).toBe("Hidden");
    expect((await Letter.objects.selectRelated("receiver").get({ pk })).receiver.name).toBe("Hidden");
  });

  it("B25: what an instance leads to comes from its own database", async () => {
    const inB = await loosely(Person.objects).using("b").create({ name: "In b" });
    await loosely(Letter.objects).using("b").create({ text: "in b", sender: inB, receiver: inB });
    const letter = await Letter.objects.using("b").get({ text: "in b" });
    const aliases = await captureQueries(async () => {
      expect((await letter.sender).name).toBe("In b");
      expect(await (await letter.receiver).letters.count()).toBe(1);
    });
    expect(new Set(aliases.map(({ alias }) => alias))).toEqual(new Set(["b"]));
    expect(await Letter.objects.count()).toBe(0);
  });
});
