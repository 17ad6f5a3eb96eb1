import { DatabaseSync } from "node:sqlite";
import type { Contestant, TrackAnswer, WalkedMusic } from "../contestant.ts";
import { grouped } from "../grouped.ts";
import type { NewTrack } from "../music.ts";

const COLUMNS = "id, name, composer, milliseconds, bytes, price, explicit, album_id";

/** node:sqlite by hand: statements prepared once, objects as the driver gives them. */
export const contestant: Contestant = {
  name: "raw",
  packages: [],
  open(path) {
    const database = new DatabaseSync(path);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
    const byKey = database.prepare(`SELECT ${COLUMNS} FROM track WHERE id = ?`);
    const first = database.prepare(`SELECT ${COLUMNS} FROM track ORDER BY id LIMIT ?`);
    const insert = database.prepare(
      "INSERT INTO track (name, composer, milliseconds, bytes, price, explicit, album_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    const count = database.prepare("SELECT count(*) AS count FROM track WHERE milliseconds >= ? AND explicit");
    const update = database.prepare("UPDATE track SET price = ? WHERE id = ?");
    const artists = database.prepare("SELECT id, name FROM artist ORDER BY id LIMIT ?");
    const albums = database.prepare("SELECT id, title, artist_id FROM album WHERE artist_id IN (SELECT value FROM json_each(?))");
    const tracks = database.prepare(`SELECT ${COLUMNS} FROM track WHERE album_id IN (SELECT value FROM json_each(?))`);

    const insertOne = (track: NewTrack): void => {
      insert.run(track.name, track.composer, track.milliseconds, track.bytes, track.price, track.explicit ? 1 : 0, track.albumId);
    };
    return {
      synchronous: true,
      // The columns above are these.
      trackByKey: (id) => byKey.get(id) as unknown as TrackAnswer,
      firstTracks: (limit) => first.all(limit) as unknown as TrackAnswer[],
      insertTrack: insertOne,
      insertTracks(rows) {
        database.exec("BEGIN");
        for (const row of rows) insertOne(row);
        database.exec("COMMIT");
      },
      countLongExplicit: (milliseconds) => Number(count.get(milliseconds)?.count),
      setPrice: (id, price) => update.run(price, id),
      artistsWithMusic(limit) {
        const foundArtists = artists.all(limit);
        const foundAlbums = albums.all(JSON.stringify(foundArtists.map((artist) => artist.id)));
        const foundTracks = tracks.all(JSON.stringify(foundAlbums.map((album) => album.id)));
        const albumsOf = grouped(foundAlbums, (album) => album.artist_id);
        const tracksOf = grouped(foundTracks, (track) => track.album_id);
        const walked: WalkedMusic = { artists: 0, albums: 0, tracks: 0, milliseconds: 0 };
        for (const artist of foundArtists) {
          walked.artists++;
          for (const album of albumsOf.get(artist.id!) ?? []) {
            walked.albums++;
            for (const track of tracksOf.get(album.id!) ?? []) {
              walked.tracks++;
              walked.milliseconds += Number(track.milliseconds);
            }
          }
        }
        return walked;
      },
      close: () => database.close(),
    };
  },
};
