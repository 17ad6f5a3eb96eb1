import SQLite from "better-sqlite3";
import { and, count, eq, gte, relations } from "drizzle-orm";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { integer, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Contestant } from "../contestant.ts";
import { walkNested } from "../walk-nested.ts";

const artist = sqliteTable("artist", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  name: text("name", { length: 120 }).notNull(),
});
const album = sqliteTable("album", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  title: text("title", { length: 160 }).notNull(),
  artistId: integer("artist_id")
    .notNull()
    .references(() => artist.id),
});
const track = sqliteTable("track", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  name: text("name", { length: 200 }).notNull(),
  composer: text("composer", { length: 220 }),
  milliseconds: integer("milliseconds").notNull(),
  bytes: integer("bytes").notNull(),
  price: real("price").notNull(),
  explicit: integer("explicit", { mode: "boolean" }).notNull(),
  albumId: integer("album_id")
    .notNull()
    .references(() => album.id),
});
const schema = {
  artist,
  album,
  track,
  artistRelations: relations(artist, ({ many }) => ({ albums: many(album) })),
  albumRelations: relations(album, ({ one, many }) => ({
    artist: one(artist, { fields: [album.artistId], references: [artist.id] }),
    tracks: many(track),
  })),
  trackRelations: relations(track, ({ one }) => ({ album: one(album, { fields: [track.albumId], references: [album.id] }) })),
};

/** Drizzle over better-sqlite3, by its synchronous methods. */
export const contestant: Contestant = {
  name: "drizzle",
  packages: ["drizzle-orm", "better-sqlite3"],
  open(path) {
    const client = new SQLite(path);
    client.pragma("journal_mode = WAL");
    client.pragma("synchronous = NORMAL");
    client.pragma("foreign_keys = ON");
    const db = drizzle({ client, schema });
    return {
      synchronous: true,
      trackByKey: (id) => db.select().from(track).where(eq(track.id, id)).get()!,
      firstTracks: (limit) => db.select().from(track).orderBy(track.id).limit(limit).all(),
      insertTrack: (row) => db.insert(track).values(row).run(),
      insertTracks: (rows) =>
        db
          .insert(track)
          .values([...rows])
          .run(),
      countLongExplicit: (milliseconds) =>
        db
          .select({ count: count() })
          .from(track)
          .where(and(gte(track.milliseconds, milliseconds), eq(track.explicit, true)))
          .get()!.count,
      setPrice: (id, price) => db.update(track).set({ price }).where(eq(track.id, id)).run(),
      artistsWithMusic: (limit) =>
        walkNested(db.query.artist.findMany({ orderBy: artist.id, limit, with: { albums: { with: { tracks: true } } } }).sync()),
      close: () => {
        client.close();
      },
    };
  },
};
