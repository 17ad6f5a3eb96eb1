import { AutoField, BooleanField, CASCADE, CharField, FloatField, ForeignKey, IntegerField, Model, ReverseRelation } from "dorm";
import type { Database } from "./music.ts";

export class Artist extends Model<Artist>("bench.Artist")(
  {
    id: AutoField({ primaryKey: true }),
    name: CharField({ maxLength: 120 }),
    get albums() {
      return ReverseRelation(() => Album, "artist");
    },
  },
  { dbTable: "artist" },
) {}

export class Album extends Model<Album>("bench.Album")(
  {
    id: AutoField({ primaryKey: true }),
    title: CharField({ maxLength: 160 }),
    artist: ForeignKey(() => Artist, { onDelete: CASCADE, relatedName: "albums" }),
    get tracks() {
      return ReverseRelation(() => Track, "album");
    },
  },
  { dbTable: "album" },
) {}

export class Track extends Model<Track>("bench.Track")(
  {
    id: AutoField({ primaryKey: true }),
    name: CharField({ maxLength: 200 }),
    composer: CharField({ maxLength: 220, null: true }),
    milliseconds: IntegerField(),
    bytes: IntegerField(),
    price: FloatField(),
    explicit: BooleanField(),
    album: ForeignKey(() => Album, { onDelete: CASCADE, relatedName: "tracks" }),
  },
  { dbTable: "track" },
) {}

/** The `databases` entry for a file or a URL. */
export function databaseEntry(target: string, database: Database): string {
  return database === "sqlite" ? `sqlite:///${target}` : target;
}
