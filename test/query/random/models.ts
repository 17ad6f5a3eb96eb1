import {
  CASCADE,
  CharField,
  createTables,
  dropTables,
  ForeignKey,
  getConnection,
  IntegerField,
  ManyToManyField,
  Model,
  ReverseRelation,
  SET_NULL,
} from "../../../src/index.js";

/* A small schema with everything that makes querysets hard: nulls, paths to one and to many, a relation to itself. */

export class Writer extends Model<Writer>("random.Writer")({
  id: IntegerField({ primaryKey: true }),
  name: CharField({ maxLength: 10 }),
  age: IntegerField({ null: true }),
  get mentor() {
    return ForeignKey(() => Writer, { onDelete: SET_NULL, null: true });
  },
  get students() {
    return ReverseRelation(() => Writer, "mentor");
  },
  get volumes() {
    return ReverseRelation(() => Volume, "writer");
  },
  get editions() {
    return ReverseRelation(() => Volume, "editor");
  },
}) {}

export class Volume extends Model<Volume>("random.Volume")({
  id: IntegerField({ primaryKey: true }),
  title: CharField({ maxLength: 10 }),
  pages: IntegerField({ null: true }),
  writer: ForeignKey(() => Writer, { onDelete: CASCADE, null: true }),
  editor: ForeignKey(() => Writer, { onDelete: CASCADE }),
  labels: ManyToManyField(() => Label),
}) {}

export class Label extends Model<Label>("random.Label")({
  id: IntegerField({ primaryKey: true }),
  name: CharField({ maxLength: 10, null: true }),
  get volumes() {
    return ReverseRelation(() => Volume, "labels");
  },
}) {}

export const models = { Writer, Volume, Label };
export type ModelName = keyof typeof models;

export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>> & { readonly id: number };

/** The rows of all tables; a link is a volume and a label. */
export interface Data {
  readonly Writer: readonly Row[];
  readonly Volume: readonly Row[];
  readonly Label: readonly Row[];
  readonly links: readonly (readonly [volume: number, label: number])[];
}

export async function makeTables(): Promise<void> {
  await dropTables(Object.values(models));
  await createTables(Object.values(models));
}

const literal = (value: Value | undefined): string =>
  value === null || value === undefined ? "NULL" : typeof value === "number" ? String(value) : `'${value}'`;

/** Replaces all rows; by SQL, as these tests are of reading. */
export async function store(data: Data): Promise<void> {
  const insert = (table: string, columns: readonly string[], rows: readonly (readonly (Value | undefined)[])[]): string =>
    rows.length === 0
      ? ""
      : `INSERT INTO ${table} (${columns.join(", ")}) VALUES ${rows.map((row) => `(${row.map(literal).join(", ")})`).join(", ")};`;
  await getConnection().executeScript(
    [
      "DELETE FROM random_volume_labels; DELETE FROM random_volume; DELETE FROM random_label; DELETE FROM random_writer;",
      insert(
        "random_writer",
        ["id", "name", "age", "mentor_id"],
        // a mentor is a row before: the foreign key is checked row by row on some databases
        data.Writer.map((row) => [row.id, row.name, row.age, row.mentor]),
      ),
      insert(
        "random_volume",
        ["id", "title", "pages", "writer_id", "editor_id"],
        data.Volume.map((row) => [row.id, row.title, row.pages, row.writer, row.editor]),
      ),
      insert(
        "random_label",
        ["id", "name"],
        data.Label.map((row) => [row.id, row.name]),
      ),
      insert("random_volume_labels", ["volume_id", "label_id"], data.links),
    ].join("\n"),
  );
}

interface RelationDescription {
  readonly target: ModelName;
  readonly many: boolean;
  /** The rows that a row is related to. */
  follow(data: Data, row: Row): readonly Row[];
}
export interface ModelDescription {
  readonly columns: Readonly<Record<string, { readonly type: "text" | "integer"; readonly nullable: boolean }>>;
  readonly relations: Readonly<Record<string, RelationDescription>>;
}

const toOne = (target: ModelName, column: string): RelationDescription => ({
  target,
  many: false,
  follow: (data, row) => data[target].filter((other) => other.id === row[column]),
});
const toMany = (target: ModelName, column: string): RelationDescription => ({
  target,
  many: true,
  follow: (data, row) => data[target].filter((other) => other[column] === row.id),
});

/** The same schema as the evaluator knows it. */
export const schema: Readonly<Record<ModelName, ModelDescription>> = {
  Writer: {
    columns: {
      id: { type: "integer", nullable: false },
      name: { type: "text", nullable: false },
      age: { type: "integer", nullable: true },
    },
    relations: {
      mentor: toOne("Writer", "mentor"),
      students: toMany("Writer", "mentor"),
      volumes: toMany("Volume", "writer"),
      editions: toMany("Volume", "editor"),
    },
  },
  Volume: {
    columns: {
      id: { type: "integer", nullable: false },
      title: { type: "text", nullable: false },
      pages: { type: "integer", nullable: true },
    },
    relations: {
      writer: toOne("Writer", "writer"),
      editor: toOne("Writer", "editor"),
      labels: {
        target: "Label",
        many: true,
        follow: (data, row) =>
          data.links.flatMap(([volume, label]) => (volume === row.id ? data.Label.filter(({ id }) => id === label) : [])),
      },
    },
  },
  Label: {
    columns: { id: { type: "integer", nullable: false }, name: { type: "text", nullable: true } },
    relations: {
      volumes: {
        target: "Volume",
        many: true,
        follow: (data, row) =>
          data.links.flatMap(([volume, label]) => (label === row.id ? data.Volume.filter(({ id }) => id === volume) : [])),
      },
    },
  },
};
