/** The data that every contestant works on: artists, their albums, and the tracks of these. */

export type Database = "sqlite" | "postgresql";

export interface NewTrack {
  readonly name: string;
  readonly composer: string | null;
  readonly milliseconds: number;
  readonly bytes: number;
  readonly price: number;
  readonly explicit: boolean;
  readonly albumId: number;
}

export interface Track extends NewTrack {
  readonly id: number;
}

export const ARTISTS = 200;
export const ALBUMS_EACH = 5;
export const TRACKS_EACH = 10;
export const ALBUMS = ARTISTS * ALBUMS_EACH;
export const TRACKS = ALBUMS * TRACKS_EACH;

/** The track with the key `id`; also beyond the stored ones, as a new one. */
export function trackOf(id: number): Track {
  return {
    id,
    name: `Track ${id}`,
    composer: id % 3 === 0 ? null : `Composer ${id % 97}`,
    milliseconds: 120_000 + ((id * 7919) % 240_000),
    bytes: 3_000_000 + id * 11,
    price: id % 2 === 0 ? 0.99 : 1.29,
    explicit: id % 5 === 0,
    albumId: (Math.floor((id - 1) / TRACKS_EACH) % ALBUMS) + 1,
  };
}

export function newTrackOf(id: number): NewTrack {
  const { id: _, ...track } = trackOf(id);
  return track;
}

const types = {
  sqlite: { key: "integer PRIMARY KEY AUTOINCREMENT", float: "real" },
  postgresql: { key: "serial PRIMARY KEY", float: "double precision" },
} as const;

/** Statements that make the tables, as one script. */
export function schemaSql(database: Database): string {
  const { key, float } = types[database];
  return `
    CREATE TABLE artist (id ${key}, name varchar(120) NOT NULL);
    CREATE TABLE album (id ${key}, title varchar(160) NOT NULL, artist_id integer NOT NULL REFERENCES artist (id));
    CREATE TABLE track (
      id ${key},
      name varchar(200) NOT NULL,
      composer varchar(220),
      milliseconds integer NOT NULL,
      bytes integer NOT NULL,
      price ${float} NOT NULL,
      explicit boolean NOT NULL,
      album_id integer NOT NULL REFERENCES album (id)
    );
    CREATE INDEX album_artist_id ON album (artist_id);
    CREATE INDEX track_album_id ON track (album_id);`;
}

/** Statements that fill the tables, as one script; the values are ours, so that literals are safe. */
export function dataSql(): string {
  const range = (length: number): number[] => Array.from({ length }, (_, index) => index + 1);
  const text = (value: string | null): string => (value === null ? "NULL" : `'${value}'`);
  const artists = range(ARTISTS).map((id) => `('Artist ${id}')`);
  const albums = range(ALBUMS).map((id) => `('Album ${id}', ${Math.floor((id - 1) / ALBUMS_EACH) + 1})`);
  const tracks = range(TRACKS).map((id) => {
    const track = trackOf(id);
    return `(${text(track.name)}, ${text(track.composer)}, ${track.milliseconds}, ${track.bytes}, ${track.price}, ${track.explicit}, ${track.albumId})`;
  });
  return `
    INSERT INTO artist (name) VALUES ${artists.join(", ")};
    INSERT INTO album (title, artist_id) VALUES ${albums.join(", ")};
    INSERT INTO track (name, composer, milliseconds, bytes, price, explicit, album_id) VALUES ${tracks.join(", ")};`;
}
