import {
  BigAutoField,
  BooleanField,
  CASCADE,
  CharField,
  CheckConstraint,
  CompositePrimaryKey,
  DateField,
  DateTimeField,
  DecimalField,
  F,
  ForeignKey,
  GeneratedField,
  Index,
  IntegerField,
  JSONField,
  Lower,
  ManyToManyField,
  Model,
  Now,
  OneToOneField,
  PositiveIntegerField,
  Q,
  SET_NULL,
  SmallAutoField,
  TextField,
  UniqueConstraint,
  UUIDField,
} from "../../src/index.js";

export class Publisher extends Model<Publisher>("stock.Publisher")({
  id: SmallAutoField({ primaryKey: true }),
  code: CharField({ maxLength: 10, unique: true }),
}) {}

export class Shelf extends Model<Shelf>("stock.Shelf")({
  id: UUIDField({ primaryKey: true, version: 4 }),
  label: CharField({ maxLength: 20, dbIndex: true }),
}) {}

export class Item extends Model<Item>("stock.Item")(
  {
    title: CharField({ maxLength: 100 }),
    unitPrice: DecimalField({ maxDigits: 8, decimalPlaces: 2 }),
    amount: PositiveIntegerField({ dbDefault: 1 }),
    total: GeneratedField({ expression: "unit_price * amount", outputField: DecimalField({ maxDigits: 12, decimalPlaces: 2 }) }),
    active: BooleanField({ dbDefault: true }),
    madeAt: DateTimeField({ dbDefault: Now() }),
    day: DateField({ dbDefault: "2026-11-20", null: true }),
    motto: TextField({ dbDefault: "it's; -- fine\\", dbComment: "What it's for" }),
    extra: JSONField({ null: true, dbDefault: { a: [1, null] } }),
    publisher: ForeignKey(() => Publisher, { onDelete: CASCADE }),
    shelf: ForeignKey(() => Shelf, { onDelete: SET_NULL, null: true, dbIndex: false }),
    soldBy: ForeignKey(() => Publisher, { onDelete: CASCADE, toField: "code", null: true, relatedName: "+", dbColumn: "seller" }),
    shelves: ManyToManyField(() => Shelf),
    get similar() {
      return ManyToManyField(() => Item);
    },
  },
  {
    dbTableComment: "All that is for sale",
    uniqueTogether: [["title", "publisher"]],
    indexes: [
      Index({ fields: ["-madeAt", "publisher"] }),
      Index({ fields: ["title"], name: "active_titles", condition: Q({ active: true }) }),
      Index({ expressions: [Lower("title"), F("amount").desc()], name: "lower_title" }),
    ],
    constraints: [
      CheckConstraint({ name: "price_in_bounds", check: Q({ unitPrice__gte: 0 }, Q({ unitPrice__lt: 1000 }).or({ active: false })) }),
      UniqueConstraint({ name: "one_seller_per_day", fields: ["day", "soldBy"], condition: Q({ active: true }) }),
      UniqueConstraint({ name: "one_lower_motto", expressions: [Lower("motto")] }),
    ],
  },
) {}

export class Note extends Model<Note>("stock.Note")({
  item: OneToOneField(() => Item, { onDelete: CASCADE, primaryKey: true }),
  text: TextField(),
}) {}

export class Line extends Model<Line>("stock.Line")({
  pk: CompositePrimaryKey("item", "position"),
  item: ForeignKey(() => Item, { onDelete: CASCADE }),
  position: IntegerField(),
}) {}

/** Each refers to the other. */
export class Country extends Model<Country>("stock.Country")({
  name: CharField({ maxLength: 50 }),
  get capital() {
    return ForeignKey(() => City, { onDelete: SET_NULL, null: true, relatedName: "+" });
  },
}) {}
export class City extends Model<City>("stock.City")({
  name: CharField({ maxLength: 50 }),
  country: ForeignKey(() => Country, { onDelete: CASCADE }),
  get twin() {
    return ForeignKey(() => City, { onDelete: SET_NULL, null: true });
  },
}) {}

/** Somebody else's table. */
export class Ledger extends Model<Ledger>("stock.Ledger")(
  { id: BigAutoField({ primaryKey: true }), total: IntegerField() },
  { managed: false },
) {}
export class Entry extends Model<Entry>("stock.Entry")({
  ledger: ForeignKey(() => Ledger, { onDelete: CASCADE }),
  free: ForeignKey(() => Ledger, { onDelete: CASCADE, dbConstraint: false, relatedName: "+" }),
}) {}
