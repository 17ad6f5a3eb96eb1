import type { Answer, Session, TrackAnswer, WalkedMusic } from "./contestant.ts";
import { ALBUMS_EACH, newTrackOf, TRACKS, TRACKS_EACH, trackOf } from "./music.ts";

const FIRST = 1000;
const LONG = 300_000;
const ARTISTS_LOADED = 20;
const NEW_TRACKS = Array.from({ length: 1000 }, (_, index) => newTrackOf(TRACKS + 1 + index));

/** One thing to measure. */
export interface Task {
  readonly title: string;
  /** Does it for the `turn`-th time. */
  run(session: Session, turn: number): Answer<unknown>;
  /** Says what is wrong with an answer of `run`, or null; called outside the timer. */
  fault(answer: unknown, turn: number): string | null;
  /** For a task that writes: what the database must hold after so many turns, read by the raw driver; outside the timer. */
  readonly leaves?: { readonly sql: string; expected(turns: number): number };
}

const keyOf = (turn: number): number => ((turn * 7919) % TRACKS) + 1;
const priceOf = (turn: number): number => turn / 4;

function trackFault(track: TrackAnswer | undefined, id: number): string | null {
  const { name, milliseconds } = trackOf(id);
  return track?.id === id && track.name === name && track.milliseconds === milliseconds
    ? null
    : `expected track ${id}, ${name}; got ${JSON.stringify(track)}`;
}

function expectedCount(): number {
  let count = 0;
  for (let id = 1; id <= TRACKS; id++) {
    const track = trackOf(id);
    if (track.explicit && track.milliseconds >= LONG) count++;
  }
  return count;
}

function expectedWalk(): WalkedMusic {
  const tracks = ARTISTS_LOADED * ALBUMS_EACH * TRACKS_EACH;
  let milliseconds = 0;
  for (let id = 1; id <= tracks; id++) milliseconds += trackOf(id).milliseconds;
  return { artists: ARTISTS_LOADED, albums: ARTISTS_LOADED * ALBUMS_EACH, tracks, milliseconds };
}

const equal = (expected: unknown) => (answer: unknown) =>
  JSON.stringify(answer) === JSON.stringify(expected) ? null : `expected ${JSON.stringify(expected)}, got ${JSON.stringify(answer)}`;

/** In this order: the writing ones last, so that all read the same tables. */
export const tasks: readonly Task[] = [
  {
    title: "get by key",
    run: (session, turn) => session.trackByKey(keyOf(turn)),
    // Every contestant's `trackByKey` gives this.
    fault: (answer, turn) => trackFault(answer as TrackAnswer, keyOf(turn)),
  },
  {
    title: `first ${FIRST.toLocaleString("en")} rows`,
    run: (session) => session.firstTracks(FIRST),
    fault(answer) {
      // Every contestant's `firstTracks` gives this.
      const rows = answer as readonly TrackAnswer[];
      if (rows.length !== FIRST) return `expected ${FIRST} rows, got ${rows.length}`;
      return trackFault(rows[0], 1) ?? trackFault(rows[FIRST - 1], FIRST);
    },
  },
  {
    title: "filtered count",
    run: (session) => session.countLongExplicit(LONG),
    fault: equal(expectedCount()),
  },
  {
    title: "two-level relations",
    run: (session) => session.artistsWithMusic(ARTISTS_LOADED),
    fault: equal(expectedWalk()),
  },
  {
    title: "update",
    run: (session, turn) => session.setPrice(keyOf(turn), priceOf(turn)),
    fault: () => null,
    // Keys do not recur within TRACKS turns; after that the last price of each is what counts.
    leaves: {
      sql: "SELECT count(*) AS count FROM track WHERE price NOT IN (0.99, 1.29)",
      expected: (turns) => Math.min(turns, TRACKS),
    },
  },
  {
    title: "insert one",
    run: (session, turn) => session.insertTrack(NEW_TRACKS[turn % NEW_TRACKS.length]!),
    fault: () => null,
    leaves: { sql: `SELECT count(*) AS count FROM track WHERE id > ${TRACKS}`, expected: (turns) => turns },
  },
  {
    title: `bulk insert ${NEW_TRACKS.length.toLocaleString("en")}`,
    run: (session) => session.insertTracks(NEW_TRACKS),
    fault: () => null,
    leaves: { sql: `SELECT count(*) AS count FROM track WHERE id > ${TRACKS}`, expected: (turns) => turns * NEW_TRACKS.length },
  },
];

/** Brings the tables back to what they were; run by the raw driver after each task that writes. */
export const CLEAN_SQL = `DELETE FROM track WHERE id > ${TRACKS}`;
