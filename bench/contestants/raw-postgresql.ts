import pg from "pg";
import type { Contestant, TrackAnswer, WalkedMusic } from "../contestant.ts";
import { grouped } from "../grouped.ts";
import type { NewTrack } from "../music.ts";

const COLUMNS = "id, name, composer, milliseconds, bytes, price, explicit, album_id";
const INSERT = "INSERT INTO track (name, composer, milliseconds, bytes, price, explicit, album_id) VALUES ";

const valuesOf = (track: NewTrack): unknown[] => [
  track.name,
  track.composer,
  track.milliseconds,
  track.bytes,
  track.price,
  track.explicit,
  track.albumId,
];

/** pg by hand: one client, named statements, objects as the driver gives them. */
export const contestant: Contestant = {
  name: "raw",
  packages: ["pg"],
  async open(url) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const rowsOf = async <Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> =>
      (await client.query<Row>({ name, text, values })).rows;
    return {
      synchronous: false,
      async trackByKey(id) {
        const [track] = await rowsOf<TrackAnswer>("by key", `SELECT ${COLUMNS} FROM track WHERE id = $1`, [id]);
        return track!;
      },
      firstTracks: (limit) => rowsOf<TrackAnswer>("first", `SELECT ${COLUMNS} FROM track ORDER BY id LIMIT $1`, [limit]),
      insertTrack: (track) => rowsOf("insert", `${INSERT}($1, $2, $3, $4, $5, $6, $7)`, valuesOf(track)),
      insertTracks(tracks) {
        const rows = tracks.map((_, row) => `(${[1, 2, 3, 4, 5, 6, 7].map((column) => `$${row * 7 + column}`).join(", ")})`);
        return rowsOf(`insert ${tracks.length}`, INSERT + rows.join(", "), tracks.flatMap(valuesOf));
      },
      async countLongExplicit(milliseconds) {
        const text = "SELECT count(*)::int AS count FROM track WHERE milliseconds >= $1 AND explicit";
        const [row] = await rowsOf<{ count: number }>("count", text, [milliseconds]);
        return row!.count;
      },
      setPrice: (id, price) => rowsOf("update", "UPDATE track SET price = $1 WHERE id = $2", [price, id]),
      async artistsWithMusic(limit) {
        type Artist = { id: number; name: string };
        type Album = { id: number; title: string; artist_id: number };
        const artists = await rowsOf<Artist>("artists", "SELECT id, name FROM artist ORDER BY id LIMIT $1", [limit]);
        const albums = await rowsOf<Album>("albums", "SELECT id, title, artist_id FROM album WHERE artist_id = ANY ($1)", [
          artists.map((artist) => artist.id),
        ]);
        const tracks = await rowsOf<TrackAnswer & { album_id: number }>(
          "tracks",
          `SELECT ${COLUMNS} FROM track WHERE album_id = ANY ($1)`,
          [albums.map((album) => album.id)],
        );
        const albumsOf = grouped(albums, (album) => album.artist_id);
        const tracksOf = grouped(tracks, (track) => track.album_id);
        const walked: WalkedMusic = { artists: 0, albums: 0, tracks: 0, milliseconds: 0 };
        for (const artist of artists) {
          walked.artists++;
          for (const album of albumsOf.get(artist.id) ?? []) {
            walked.albums++;
            for (const track of tracksOf.get(album.id) ?? []) {
              walked.tracks++;
              walked.milliseconds += track.milliseconds;
            }
          }
        }
        return walked;
      },
      close: () => client.end(),
    };
  },
};
