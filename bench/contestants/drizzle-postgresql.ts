import { and, count, eq, gte, relations } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { boolean, doublePrecision, integer, pgTable, serial, varchar } from "drizzle-orm/pg-core";
import pg from "pg";
import type { Contestant } from "../contestant.ts";
import { walkNested } from "../walk-nested.ts";

const artist = pgTable("artist", {
  id: serial("id").primaryKey(),
  name: varchar("name", { length: 120 }).notNull(),
});
const album = pgTable("album", {
  id: serial("id").primaryKey(),
  title: varchar("title", { length: 160 }).notNull(),
  artistId: integer("artist_id")
    .notNull()
    .references(() => artist.id),
});
const track = pgTable("track", {
  id: serial("id").primaryKey(),
  name: varchar("name", { length: 200 }).notNull(),
  composer: varchar("composer", { length: 220 }),
  milliseconds: integer("milliseconds").notNull(),
  bytes: integer("bytes").notNull(),
  price: doublePrecision("price").notNull(),
  explicit: boolean("explicit").notNull(),
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

/** Drizzle over a pool of pg. */
export const contestant: Contestant = {
  name: "drizzle",
  packages: ["drizzle-orm", "pg"],
  open(url) {
    const client = new pg.Pool({ connectionString: url });
    const db = drizzle({ client, schema });
    return {
      synchronous: false,
      async trackByKey(id) {
        const [found] = await db.select().from(track).where(eq(track.id, id));
        return found!;
      },
      firstTracks: (limit) => db.select().from(track).orderBy(track.id).limit(limit),
      insertTrack: (row) => db.insert(track).values(row),
      insertTracks: (rows) => db.insert(track).values([...rows]),
      async countLongExplicit(milliseconds) {
        const [found] = await db
          .select({ count: count() })
          .from(track)
          .where(and(gte(track.milliseconds, milliseconds), eq(track.explicit, true)));
        return found!.count;
      },
      setPrice: (id, price) => db.update(track).set({ price }).where(eq(track.id, id)),
      async artistsWithMusic(limit) {
        return walkNested(await db.query.artist.findMany({ orderBy: artist.id, limit, with: { albums: { with: { tracks: true } } } }));
      },
      close: () => client.end(),
    };
  },
};
