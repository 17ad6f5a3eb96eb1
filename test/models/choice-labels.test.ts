import { beforeAll, expect, expectTypeOf, it } from "vitest";
import {
  AbstractModel,
  CharField,
  createTables,
  DateField,
  DecimalField,
  EnumField,
  IntegerField,
  Model,
  NotLoadedError,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";

const Tier = { Gold: "g", Tin: "t" } as const;

class Ranked extends AbstractModel<Ranked>()({
  rank: IntegerField({
    choices: [
      [1, "first"],
      [2, "second"],
    ],
    null: true,
  }),
}) {
  getShadeDisplay(): string {
    return "from the base";
  }
}

class Person extends Ranked.extend<Person>("labels.Person")({
  name: CharField({ maxLength: 9 }),
  tier: EnumField(Tier, { default: Tier.Tin }),
  size: CharField({
    maxLength: 3,
    choices: [
      ["s", "Small"],
      ["Others", [["l", "Large"]]],
      ["", "Not said"],
    ],
    default: "",
  }),
  mood: CharField({ maxLength: 5, choices: ["good", "bad"], null: true }),
  price: DecimalField({ maxDigits: 5, decimalPlaces: 2, choices: [["1.50", "cheap"]] as const, default: "1.50" }),
  born: DateField({
    null: true,
    choices: [
      [null, "Unknown"],
      ["2000-01-01", "Millennium"],
    ],
  }),
  shade: CharField({ maxLength: 5, choices: ["dark"], default: "dark" }),
  own: CharField({ maxLength: 5, choices: ["dark"], default: "dark" }),
}) {}

class Sized extends Model<Sized>("labels.Sized")({ size: CharField({ maxLength: 1, choices: ["s", "l"] }) }) {
  override readonly getSizeDisplay = (): string => `size ${this.size}`;
}

Object.defineProperty(Person.prototype, "getOwnDisplay", { value: () => "its own", configurable: true });

describeEachBackend("labels of choices", () => {
  beforeAll(() => createTables([Person]));

  it("are those of the values", async () => {
    await Person.objects.create({ name: "Ann", rank: 1, size: "l", mood: "good" });
    const ann = await Person.objects.get({ name: "Ann" });
    expect(ann.getTierDisplay()).toBe("Tin");
    expect([ann.getRankDisplay(), ann.getSizeDisplay(), ann.getMoodDisplay(), ann.getPriceDisplay()]).toEqual([
      "first",
      "Large",
      "good",
      "cheap",
    ]);
    expectTypeOf(ann.getTierDisplay()).toEqualTypeOf<string>();
    expectTypeOf(ann.getSizeDisplay()).toEqualTypeOf<string>();
    expectTypeOf(ann.getMoodDisplay()).toEqualTypeOf<string | null>();
    expectTypeOf(ann.getRankDisplay()).toEqualTypeOf<string | null>();
    // @ts-expect-error a name has no choices
    expect(ann.getNameDisplay).toBeUndefined();
    expect(ann.toJSON()).not.toHaveProperty("getTierDisplay");
    expect(Object.keys(ann)).not.toContain("getTierDisplay");
  });

  it("are the values as text where they have none, null for null, and those of null and the empty text where they are given", async () => {
    const bob = new Person({ name: "Bob" });
    expect([bob.getSizeDisplay(), bob.getBornDisplay(), bob.getMoodDisplay(), bob.getRankDisplay()]).toEqual([
      "Not said",
      "Unknown",
      null,
      null,
    ]);
    bob.rank = 7 as never;
    bob.tier = "x" as never;
    bob.mood = "" as never;
    bob.born = "2001-01-01" as never;
    expect([bob.getRankDisplay(), bob.getTierDisplay(), bob.getMoodDisplay(), bob.getBornDisplay()]).toEqual(["7", "x", "", "2001-01-01"]);
  });

  it("leave methods of that name alone", () => {
    const bob = new Person({ name: "Bob" });
    expect([bob.getShadeDisplay(), bob.getOwnDisplay()]).toEqual(["from the base", "its own"]);
    expect(new Sized({ size: "s" }).getSizeDisplay()).toBe("size s");
  });

  it("need the column", async () => {
    await Person.objects.create({ name: "Cleo" });
    const [slim] = await Person.objects.filter({ name: "Cleo" }).only("name");
    expect(() => (slim as unknown as Person).getTierDisplay()).toThrow(NotLoadedError);
  });
});
