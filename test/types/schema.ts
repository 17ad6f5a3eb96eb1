import {
  AbstractModel,
  ArrayField,
  AutoField,
  BigIntegerField,
  BinaryField,
  BooleanField,
  CASCADE,
  CharField,
  CompositePrimaryKey,
  DateField,
  DateTimeField,
  type Decimal,
  DecimalField,
  DurationField,
  ForeignKey,
  GeneratedField,
  GenericIPAddressField,
  HStoreField,
  IntegerField,
  IntegerRangeField,
  JSONField,
  ManyToManyField,
  Model,
  OneToOneField,
  QuerySet,
  type Range,
  ReverseRelation,
  SET_NULL,
  TextField,
  TimeField,
  UUIDField,
} from "../../src/index.js";

export class Publisher extends Model<Publisher>("blog.Publisher")({
  uid: UUIDField({ primaryKey: true, version: 7 }),
  name: CharField({ maxLength: 100 }),
  get authors() {
    return ReverseRelation(() => Author, "publisher");
  },
}) {}

export class Author extends Model<Author>("blog.Author")(
  {
    name: CharField({ maxLength: 100 }),
    age: IntegerField(),
    bio: TextField({ null: true }),
    level: CharField({ maxLength: 5, choices: ["gold", "tin"], default: "tin" }),
    joined: DateTimeField({ autoNowAdd: true }),
    publisher: ForeignKey(() => Publisher, { onDelete: SET_NULL, null: true }),
    get mentor() {
      return ForeignKey(() => Author, { onDelete: SET_NULL, null: true });
    },
    get students() {
      return ReverseRelation(() => Author, "mentor");
    },
    get books() {
      return ReverseRelation(() => Book, "author");
    },
    get profile() {
      return ReverseRelation(() => Profile, "author");
    },
  },
  { ordering: ["name", "-age", "publisher__name"], getLatestBy: "joined" },
) {
  get shout(): string {
    return this.name.toUpperCase();
  }
  async rename(name: string): Promise<void> {
    this.name = name;
    await this.save({ updateFields: ["name"] });
  }
}

export class Profile extends Model<Profile>("blog.Profile")({
  site: TextField(),
  author: OneToOneField(() => Author, { onDelete: CASCADE }),
  country: ForeignKey(() => Country, { onDelete: CASCADE }),
}) {}

export class Country extends Model<Country>("blog.Country")({ name: CharField({ maxLength: 50 }) }) {}

export class Tag extends Model<Tag>("blog.Tag")({
  name: CharField({ maxLength: 10 }),
  get books() {
    return ReverseRelation(() => Book, "tags");
  },
}) {}

export class BookQuerySet extends QuerySet<Book> {
  published() {
    return this.filter({ published: true });
  }
  longerThan(pages: number) {
    return this.published().filter({ pages__gt: pages });
  }
}

export class Book extends Model<Book>("blog.Book")({
  title: CharField({ maxLength: 200 }),
  pages: IntegerField({ default: 0 }),
  published: BooleanField({ default: false }),
  author: ForeignKey(() => Author, { onDelete: CASCADE, relatedName: "books" }),
  tags: ManyToManyField(() => Tag, { relatedName: "books" }),
  get reviews() {
    return ReverseRelation(() => Review, "book");
  },
}) {
  static override objects = BookQuerySet.asManager(() => Book);
}

export class Review extends Model<Review>("blog.Review")({
  book: ForeignKey(() => Book, { onDelete: CASCADE }),
  stars: IntegerField(),
}) {}

/** A column of every kind. */
export class Sample extends Model<Sample>("lab.Sample")({
  key: AutoField(),
  text: CharField({ maxLength: 10 }),
  whole: IntegerField(),
  big: BigIntegerField(),
  price: DecimalField({ maxDigits: 10, decimalPlaces: 2 }),
  flag: BooleanField(),
  at: DateTimeField(),
  ended: DateTimeField({ null: true }),
  day: DateField(),
  clock: TimeField(),
  span: DurationField(),
  token: UUIDField({ version: 4 }),
  data: JSONField<{ a: number; deep: { b: string[] } }>(),
  anything: JSONField({ null: true }),
  bytes: BinaryField(),
  tags: ArrayField(CharField()),
  counts: ArrayField(BigIntegerField()),
  labels: HStoreField(),
  years: IntegerRangeField(),
  address: GenericIPAddressField({ null: true }),
  slug: GeneratedField({ expression: "lower(text)", outputField: CharField() }),
}) {}
export type SampleRange = Range<number>;
export type SamplePrice = Decimal;

export class Order extends Model<Order>("shop.Order")({ code: CharField({ maxLength: 5 }) }) {}
export class OrderLine extends Model<OrderLine>("shop.OrderLine")({
  pk: CompositePrimaryKey("order", "lineNo"),
  order: ForeignKey(() => Order, { onDelete: CASCADE }),
  lineNo: IntegerField(),
  amount: IntegerField(),
}) {}
/** A one-to-one field as the key. */
export class OrderNote extends Model<OrderNote>("shop.OrderNote")({
  order: OneToOneField(() => Order, { onDelete: CASCADE, primaryKey: true }),
  text: TextField(),
}) {}

export class ActiveQuerySet extends QuerySet<Timestamped> {
  recent() {
    return this.all();
  }
}
const stamped = { changedAt: DateTimeField({ autoNow: true }) };
export class Timestamped extends AbstractModel<Timestamped>()(
  { createdAt: DateTimeField({ autoNowAdd: true }), ...stamped },
  { ordering: ["-createdAt"], managers: { recentObjects: ActiveQuerySet } },
) {
  ageMs(): number {
    return Date.now() - this.createdAt.getTime();
  }
  async touch(): Promise<void> {
    await this.save({ updateFields: ["createdAt"] });
  }
}
export class Post extends Timestamped.extend<Post>("blog.Post")(
  {
    title: CharField({ maxLength: 3 }),
    author: ForeignKey(() => Author, { onDelete: CASCADE }),
    get parent() {
      return ForeignKey(() => Post, { onDelete: CASCADE, null: true });
    },
  },
  { ordering: ["-createdAt", "title"] },
) {
  get loud(): string {
    return this.title + this.ageMs();
  }
}
export class Secret extends Model<Secret>("lab.Secret")({ name: CharField(), owner: ForeignKey(() => Author, { onDelete: CASCADE }) }) {
  #token = "x";
  private hidden = 1;
  reveal(): string {
    return this.#token + this.hidden;
  }
}
