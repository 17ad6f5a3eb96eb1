import type { Generated, Kysely } from "kysely";
import type { Session } from "./contestant.ts";
import type { NewTrack } from "./music.ts";

export interface Tables<Bool> {
  artist: { id: Generated<number>; name: string };
  album: { id: Generated<number>; title: string; artist_id: number };
  track: {
    id: Generated<number>;
    name: string;
    composer: string | null;
    milliseconds: number;
    bytes: number;
    price: number;
    explicit: Bool;
    album_id: number;
  };
}

/** What Kysely does alike on both databases; only booleans differ, and loading relations, whose helpers are a database's own. */
export function kyselySession<Bool extends number | boolean>(
  db: Kysely<Tables<Bool>>,
  asBool: (value: boolean) => Bool,
): Omit<Session, "artistsWithMusic"> {
  // The type parameter keeps Kysely from seeing that a Bool is what the column takes.
  const database = db as unknown as Kysely<Tables<number | boolean>>;
  const rowOf = ({ albumId, explicit, ...row }: NewTrack) => ({ ...row, explicit: asBool(explicit), album_id: albumId });
  return {
    synchronous: false,
    trackByKey: (id) => database.selectFrom("track").selectAll().where("id", "=", id).executeTakeFirstOrThrow(),
    firstTracks: (limit) => database.selectFrom("track").selectAll().orderBy("id").limit(limit).execute(),
    insertTrack: (track) => database.insertInto("track").values(rowOf(track)).execute(),
    insertTracks: (tracks) => database.insertInto("track").values(tracks.map(rowOf)).execute(),
    async countLongExplicit(milliseconds) {
      const { count } = await database
        .selectFrom("track")
        .select(({ fn }) => fn.countAll().as("count"))
        .where("milliseconds", ">=", milliseconds)
        .where("explicit", "=", asBool(true))
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    setPrice: (id, price) => database.updateTable("track").set({ price }).where("id", "=", id).execute(),
    close: () => db.destroy(),
  };
}
