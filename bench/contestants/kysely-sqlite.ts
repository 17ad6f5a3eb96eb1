import SQLite from "better-sqlite3";
import { Kysely, ParseJSONResultsPlugin, SqliteDialect } from "kysely";
import { jsonArrayFrom } from "kysely/helpers/sqlite";
import type { Contestant } from "../contestant.ts";
import { kyselySession, type Tables } from "../kysely-session.ts";
import { walkNested } from "../walk-nested.ts";

/** Kysely over better-sqlite3; relations by its JSON helpers, which need the plugin. */
export const contestant: Contestant = {
  name: "kysely",
  packages: ["kysely", "better-sqlite3"],
  open(path) {
    const client = new SQLite(path);
    client.pragma("journal_mode = WAL");
    client.pragma("synchronous = NORMAL");
    client.pragma("foreign_keys = ON");
    const db = new Kysely<Tables<number>>({ dialect: new SqliteDialect({ database: client }) });
    const parsing = db.withPlugin(new ParseJSONResultsPlugin());
    return {
      ...kyselySession(db, (value) => (value ? 1 : 0)),
      async artistsWithMusic(limit) {
        const artists = await parsing
          .selectFrom("artist")
          .selectAll()
          .select((artist) =>
            jsonArrayFrom(
              artist
                .selectFrom("album")
                .select(["album.id", "album.title", "album.artist_id"])
                .select((album) =>
                  jsonArrayFrom(
                    album
                      .selectFrom("track")
                      .select(["id", "name", "composer", "milliseconds", "bytes", "price", "explicit", "album_id"])
                      .whereRef("track.album_id", "=", "album.id"),
                  ).as("tracks"),
                )
                .whereRef("album.artist_id", "=", "artist.id"),
            ).as("albums"),
          )
          .orderBy("artist.id")
          .limit(limit)
          .execute();
        return walkNested(artists);
      },
    };
  },
};
