import { Kysely, PostgresDialect } from "kysely";
import { jsonArrayFrom } from "kysely/helpers/postgres";
import pg from "pg";
import type { Contestant } from "../contestant.ts";
import { kyselySession, type Tables } from "../kysely-session.ts";
import { walkNested } from "../walk-nested.ts";

/** Kysely over a pool of pg; relations by its JSON helpers. */
export const contestant: Contestant = {
  name: "kysely",
  packages: ["kysely", "pg"],
  open(url) {
    const db = new Kysely<Tables<boolean>>({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) }) });
    return {
      ...kyselySession(db, (value) => value),
      async artistsWithMusic(limit) {
        const artists = await db
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
