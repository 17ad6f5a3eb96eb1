import {
  AbstractModel,
  CASCADE,
  CharField,
  CheckConstraint,
  CompositePrimaryKey,
  DateTimeField,
  DO_NOTHING,
  EmailField,
  F,
  ForeignKey,
  GeneratedField,
  IntegerField,
  JSONField,
  ManyToManyField,
  MinValueValidator,
  Model,
  OneToOneField,
  PROTECT,
  Q,
  QuerySet,
  RESTRICT,
  ReverseRelation,
  SET_DEFAULT,
  SET_NULL,
  TextField,
  UniqueConstraint,
  ValidationError,
} from "../../src/index.js";

/* The models that the tests of instances share. */

export class Author extends Model<Author>("inst.Author")(
  {
    name: CharField({ maxLength: 100 }),
    age: IntegerField({ default: 30 }),
    bio: TextField({ null: true }),
    get mentor() {
      return ForeignKey(() => Author, { onDelete: SET_NULL, null: true });
    },
    get students() {
      return ReverseRelation(() => Author, "mentor");
    },
    get books() {
      return ReverseRelation(() => Book, "author");
    },
    get drafts() {
      return ReverseRelation(() => Draft, "author");
    },
    get profile() {
      return ReverseRelation(() => Profile, "author");
    },
  },
  { ordering: ["name"] },
) {}

export class Profile extends Model<Profile>("inst.Profile")({
  site: TextField({ default: "" }),
  author: OneToOneField(() => Author, { onDelete: CASCADE }),
}) {}

export class BookQuerySet extends QuerySet<Book> {
  long() {
    return this.filter({ pages__gte: 300 });
  }
}

export class Book extends Model<Book>("inst.Book")({
  title: CharField({ maxLength: 200 }),
  pages: IntegerField({ default: 0 }),
  author: ForeignKey(() => Author, { onDelete: CASCADE }),
  tags: ManyToManyField(() => Tag),
  get reviews() {
    return ReverseRelation(() => Review, "book");
  },
}) {
  static override objects = BookQuerySet.asManager(() => Book);
}

export class Review extends Model<Review>("inst.Review")({
  text: TextField(),
  book: ForeignKey(() => Book, { onDelete: CASCADE }),
}) {}

/** Keeps nothing: its author may go. */
export class Draft extends Model<Draft>("inst.Draft")({
  title: CharField({ maxLength: 200 }),
  author: ForeignKey(() => Author, { onDelete: SET_NULL, null: true }),
}) {}

export class Tag extends Model<Tag>("inst.Tag")({
  name: CharField({ maxLength: 20, unique: true }),
  get books() {
    return ReverseRelation(() => Book, "tags");
  },
}) {}

export class Person extends Model<Person>("inst.Person")({
  name: CharField({ maxLength: 20 }),
  get friends() {
    return ManyToManyField(() => Person);
  },
  get follows() {
    return ManyToManyField(() => Person, { symmetrical: false });
  },
  get followers() {
    return ReverseRelation(() => Person, "follows");
  },
}) {}

export class Group extends Model<Group>("inst.Group")({
  name: CharField({ maxLength: 20 }),
  members: ManyToManyField(() => Person, { through: "inst.Membership" }),
}) {}

export class Membership extends Model<Membership>("inst.Membership")(
  {
    group: ForeignKey(() => Group, { onDelete: CASCADE }),
    person: ForeignKey(() => Person, { onDelete: CASCADE }),
    role: CharField({ maxLength: 20, default: "member" }),
  },
  { uniqueTogether: [["group", "person"]] },
) {}

/* Every policy of onDelete around one model. */

export class Hub extends Model<Hub>("inst.Hub")({ name: CharField({ maxLength: 20 }) }) {}
export class Spoke extends Model<Spoke>("inst.Spoke")({
  hub: ForeignKey(() => Hub, { onDelete: CASCADE }),
}) {}
export class Guard extends Model<Guard>("inst.Guard")({
  hub: ForeignKey(() => Hub, { onDelete: PROTECT }),
}) {}
export class Restrainer extends Model<Restrainer>("inst.Restrainer")({
  hub: ForeignKey(() => Hub, { onDelete: RESTRICT }),
  spoke: ForeignKey(() => Spoke, { onDelete: CASCADE, null: true }),
}) {}
export class Falling extends Model<Falling>("inst.Falling")({
  hub: ForeignKey(() => Hub, { onDelete: SET_DEFAULT, default: 1 }),
}) {}
export class Witness extends Model<Witness>("inst.Witness")({
  hub: ForeignKey(() => Hub, { onDelete: DO_NOTHING, null: true, dbConstraint: false }),
}) {}
export class Badge extends Model<Badge>("inst.Badge")({
  hub: OneToOneField(() => Hub, { onDelete: PROTECT }),
}) {}

export class HubOwned extends AbstractModel<HubOwned>()({ hub: ForeignKey(() => Hub, { onDelete: CASCADE }) }) {}
export class Owned extends HubOwned.extend<Owned>("inst.Owned")({ note: CharField({ maxLength: 5 }) }) {}

/* A cycle of cascades. */

export class Egg extends Model<Egg>("inst.Egg")({
  hen: ForeignKey(() => Hen, { onDelete: CASCADE }),
}) {}
export class Hen extends Model<Hen>("inst.Hen")({
  name: CharField({ maxLength: 10 }),
  get egg() {
    return ForeignKey(() => Egg, { onDelete: CASCADE, null: true });
  },
}) {}

export class Line extends Model<Line>("inst.Line")({
  order: IntegerField(),
  lineNo: IntegerField(),
  text: TextField({ default: "", blank: true }),
  pk: CompositePrimaryKey("order", "lineNo"),
}) {}

/** What the database fills in. */
export class Filled extends Model<Filled>("inst.Filled")({
  price: IntegerField(),
  amount: IntegerField({ dbDefault: 3 }),
  total: GeneratedField({ expression: "price * amount", outputField: IntegerField() }),
  data: JSONField({ default: {}, blank: true }),
  createdAt: DateTimeField({ autoNowAdd: true }),
  changedAt: DateTimeField({ autoNow: true }),
}) {}

/** What validation looks at. */
export class Account extends Model<Account>("inst.Account")(
  {
    email: EmailField({ unique: true }),
    handle: CharField({ maxLength: 10, unique: true, null: true }),
    country: CharField({ maxLength: 2 }),
    number: IntegerField({ validators: [MinValueValidator(1)] }),
    nickname: CharField({ maxLength: 10, blank: true, null: true }),
    active: IntegerField({ default: 1 }),
    low: IntegerField({ default: 0 }),
    high: IntegerField({ default: 10 }),
  },
  {
    uniqueTogether: [["country", "number"]],
    constraints: [
      UniqueConstraint({ fields: ["nickname"], condition: Q({ active: 1 }), name: "inst_active_nickname" }),
      CheckConstraint({ check: Q({ low__lte: F("high") }), name: "inst_low_high" }),
    ],
  },
) {
  override clean(): void {
    if (this.country === this.nickname) throw new ValidationError({ nickname: "must not be the country" });
    if (this.number === 13) throw new ValidationError("thirteen is unlucky");
  }
}

export const models = [
  Author,
  Profile,
  Tag,
  Book,
  Review,
  Draft,
  Person,
  Group,
  Membership,
  Hub,
  Spoke,
  Guard,
  Restrainer,
  Falling,
  Witness,
  Badge,
  Owned,
  Egg,
  Hen,
  Line,
  Filled,
  Account,
];
