import type { Database, NewTrack } from "./music.ts";

/** A value, or the promise of one: a contestant is measured in the colour that it has. */
export type Answer<T> = T | Promise<T>;

/** What every contestant gives back of a track, whatever else its own object has. */
export interface TrackAnswer {
  readonly id: number;
  readonly name: string;
  readonly milliseconds: number;
  readonly price: number;
}

/** What was found by walking through loaded artists, their albums and the tracks of these. */
export interface WalkedMusic {
  artists: number;
  albums: number;
  tracks: number;
  milliseconds: number;
}

/** One library with an open database. Each method does one whole operation, from building the query to the objects. */
export interface Session {
  /** True where the methods give values, not promises. */
  readonly synchronous: boolean;
  trackByKey(id: number): Answer<TrackAnswer>;
  /** The first tracks by key, as the objects that the library gives its users. */
  firstTracks(count: number): Answer<readonly TrackAnswer[]>;
  insertTrack(track: NewTrack): Answer<unknown>;
  insertTracks(tracks: readonly NewTrack[]): Answer<unknown>;
  /** How many explicit tracks are at least so long. */
  countLongExplicit(milliseconds: number): Answer<number>;
  setPrice(id: number, price: number): Answer<unknown>;
  /** The first artists by key with all their albums and all tracks of these, walked through once. */
  artistsWithMusic(count: number): Answer<WalkedMusic>;
  close(): Answer<void>;
}

export interface Contestant {
  readonly name: string;
  /** The packages in play, whose versions are shown. */
  readonly packages: readonly string[];
  /** @param target - the path of an SQLite file, or the URL of a PostgreSQL database */
  open(target: string, database: Database): Answer<Session>;
}
