import { describe, expect, it } from "vitest";
import {
  CASCADE,
  CharField,
  CheckConstraint,
  DecimalField,
  EnumField,
  ForeignKey,
  ImproperlyConfigured,
  Index,
  IntegerField,
  ManyToManyField,
  Model,
  Q,
  ReverseRelation,
  UniqueConstraint,
} from "../../src/index.js";
import { registry } from "../../src/models/index.js";
import { Author } from "./models.js";
import { expectRefusal, type Refusal } from "./refusal.js";

/* What a program without types could write. */
// biome-ignore lint/suspicious/noExplicitAny: the types refuse most of what is tried here
const loosely = (value: unknown): any => value;
const define = (label: string, shape: object, options: object = {}) => loosely(Model)(label)(shape, options);

const options: readonly Refusal[] = [
  [
    "a field",
    () => CharField(loosely({ maxLenght: 3 })),
    ImproperlyConfigured,
    'CharField: unknown option "maxLenght". Did you mean "maxLength"?',
  ],
  [
    "a field, undefined",
    () => CharField(loosely({ maxLength: undefined })),
    ImproperlyConfigured,
    /"maxLength" is undefined; leave it out/,
  ],
  ["a field, of another type", () => CharField({ maxLength: -3 }), ImproperlyConfigured, /"maxLength" must be a whole number from 1 up/],
  ["a flag", () => CharField(loosely({ null: 1 })), ImproperlyConfigured, /option "null" must be true or false/],
  ["a decimal", () => DecimalField(loosely({ maxDigits: 2, decimalPlaces: 3 })), ImproperlyConfigured, /decimalPlaces/],
  ["an enum", () => EnumField(loosely({})), ImproperlyConfigured, /members/],
  ["a foreign key", () => ForeignKey(() => Author, loosely({ onDelete: "CASCAD" })), ImproperlyConfigured, /Did you mean "CASCADE"\?/],
  ["a foreign key, left out", () => ForeignKey(() => Author, loosely({})), ImproperlyConfigured, /onDelete must be one of CASCADE/],
  ["a many-to-many field", () => ManyToManyField(() => Author, loosely({ trough: "x" })), ImproperlyConfigured, /Did you mean "through"\?/],
  [
    "a model",
    () => define("bad.M1", {}, { orderng: [] }),
    ImproperlyConfigured,
    'bad.M1: unknown Meta option "orderng". Did you mean "ordering"?',
  ],
  ["an index", () => Index(loosely({ feilds: ["a"] })), ImproperlyConfigured, /Index: unknown option "feilds". Did you mean "fields"\?/],
  ["an index without fields", () => Index({ fields: [] }), ImproperlyConfigured, /give fields or expressions/],
  ["an index without a name", () => Index({ fields: ["a"], condition: Q() }), ImproperlyConfigured, /give it a name/],
  ["an index, as SQL", () => Index({ fields: ["a"], method: "gin; DROP TABLE x" }), ImproperlyConfigured, /is no name/],
  ["operator classes", () => Index({ fields: ["a"], name: "n", opclasses: [] }), ImproperlyConfigured, /0 entries for 1 fields/],
  ["operator classes, as SQL", () => Index({ fields: ["a"], name: "n", opclasses: ["x) WHERE (1=1"] }), ImproperlyConfigured, /is no name/],
  ["a constraint", () => CheckConstraint(loosely({ condition: Q(), name: "x" })), ImproperlyConfigured, /unknown option "condition"/],
  ["a constraint without a condition", () => CheckConstraint(loosely({ name: "x" })), ImproperlyConfigured, /give the condition/],
  [
    "a constraint without a name",
    () => UniqueConstraint(loosely({ fields: ["a"] })),
    ImproperlyConfigured,
    /UniqueConstraint: give it a name/,
  ],
  [
    "a constraint that contradicts itself",
    () => UniqueConstraint({ fields: ["a"], name: "x", condition: Q(), deferrable: "deferred" }),
    ImproperlyConfigured,
    /cannot be deferrable/,
  ],
  [
    "a constraint, of another kind",
    () => UniqueConstraint(loosely({ fields: ["a"], name: "x", deferrable: "later" })),
    ImproperlyConfigured,
    /"deferred" or "immediate"/,
  ],
];

const models: readonly Refusal[] = [
  [
    "an ordering by no field",
    () => define("bad.M2", { a: IntegerField() }, { ordering: ["b"] }),
    ImproperlyConfigured,
    /ordering names "b"/,
  ],
  ["a label that is none", () => define("bad model", {}), ImproperlyConfigured, /a label is a name, or an app and a name/],
  ["an entry that is no field", () => define("bad.M3", { a: CharField }), ImproperlyConfigured, /bad\.M3\.a is not a field: call it/],
  [
    "a class for a function",
    () => loosely(ForeignKey)(Author, { onDelete: CASCADE }),
    ImproperlyConfigured,
    /ForeignKey\(\(\) => Author, …\)/,
  ],
  ["a class for a function, to many", () => loosely(ManyToManyField)(Author), ImproperlyConfigured, /ManyToManyField\(\(\) => Author, …\)/],
  [
    "a class for a function, backwards",
    () => loosely(ReverseRelation)(Author, "x"),
    ImproperlyConfigured,
    /ReverseRelation\(\(\) => Author, …\)/,
  ],
  [
    "no field on the other side",
    () => loosely(ReverseRelation)(() => Author),
    ImproperlyConfigured,
    /the name of the field on the other side/,
  ],
  [
    "a name of an unknown model, when it is first used",
    () => define("bad.M4", { a: ForeignKey("bad.Authr", { onDelete: CASCADE }) }).objects.filter({ a: 1 }),
    ImproperlyConfigured,
    'There is no model "bad.Authr". Did you mean "bad.Author"?',
  ],
  [
    "a function that gives no model, when it is first used",
    () => define("bad.M5", { a: ForeignKey(() => loosely(Date), { onDelete: CASCADE }) }).objects.filter({ a: 1 }),
    ImproperlyConfigured,
    /bad\.M5\.a: the function must give a model class/,
  ],
];

describe("an option is refused for", () => {
  it.each(options)("%s", (...refusal) => expectRefusal(refusal));
});

describe("a model is refused for", () => {
  const labels = () => registry.all().map(({ label }) => label);
  it.each(models)("%s", async (...refusal) => {
    const before = labels();
    await expectRefusal(refusal);
    if (!refusal[0].includes("first used")) expect(labels()).toEqual(before);
  });
});
