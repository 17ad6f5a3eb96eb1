import type { WalkedMusic } from "./contestant.ts";

interface NestedArtist {
  readonly albums: readonly { readonly tracks: readonly { readonly milliseconds: number }[] }[];
}

/** Walks through artists whose albums and tracks are plain nested lists. */
export function walkNested(artists: readonly NestedArtist[]): WalkedMusic {
  const walked: WalkedMusic = { artists: 0, albums: 0, tracks: 0, milliseconds: 0 };
  for (const artist of artists) {
    walked.artists++;
    for (const album of artist.albums) {
      walked.albums++;
      for (const track of album.tracks) {
        walked.tracks++;
        walked.milliseconds += track.milliseconds;
      }
    }
  }
  return walked;
}
