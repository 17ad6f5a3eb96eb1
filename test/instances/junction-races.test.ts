import { beforeAll, expect, it } from "vitest";
import { CASCADE, CharField, createTables, ForeignKey, IntegerField, ManyToManyField, Model, ReverseRelation } from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";

class Club extends Model<Club>("races.Club")({
  name: CharField({ maxLength: 9 }),
  get members() {
    return ManyToManyField(() => Person, { through: "races.Membership", relatedName: "clubs" });
  },
}) {}
class Person extends Model<Person>("races.Person")({
  name: CharField({ maxLength: 9 }),
  get clubs() {
    return ReverseRelation(() => Club, "members");
  },
}) {}
/** Nothing in it forbids a second row of a pair. */
class Membership extends Model<Membership>("races.Membership")({
  club: ForeignKey(() => Club, { onDelete: CASCADE }),
  person: ForeignKey(() => Person, { onDelete: CASCADE }),
  role: IntegerField({ default: 0 }),
}) {}

describeEachBackend("a junction of one's own without a unique pair", { only: ["sqlite-file", "postgresql"] }, () => {
  beforeAll(() => createTables([Club, Person, Membership]));

  it("has one row of a pair also where several add it at the same time, from both sides", async () => {
    const club = await Club.objects.create({ name: "c" });
    const people = await Person.objects.bulkCreate(["a", "b", "c"].map((name) => new Person({ name })));
    const adds = Array.from({ length: 12 }, (_, index) => {
      const person = people[index % 3];
      if (person === undefined) throw new Error("there are three");
      return index % 2 === 0 ? club.members.add(...people) : person.clubs.add(club);
    });
    await Promise.all(adds);
    expect(await Membership.objects.count()).toBe(3);
  });
});
