import { closeAll, configure } from "dorm";
import type { Contestant, WalkedMusic } from "../contestant.ts";
import { Artist, databaseEntry, Track } from "../dorm-models.ts";

/** dorm by its `Sync` twins. */
export const contestant: Contestant = {
  name: "dorm sync",
  packages: ["dorm"],
  open(target, database) {
    configure({ databases: { default: databaseEntry(target, database) } });
    return {
      synchronous: true,
      trackByKey: (id) => Track.objects.getSync({ pk: id }),
      firstTracks: (limit) => [...Track.objects.orderBy("id").limit(limit)],
      insertTrack: (track) => Track.objects.createSync(track),
      insertTracks: (tracks) => Track.objects.bulkCreateSync(tracks.map((track) => new Track(track))),
      countLongExplicit: (milliseconds) => Track.objects.filter({ milliseconds__gte: milliseconds, explicit: true }).countSync(),
      setPrice: (id, price) => Track.objects.filter({ pk: id }).updateSync({ price }),
      artistsWithMusic(limit) {
        const walked: WalkedMusic = { artists: 0, albums: 0, tracks: 0, milliseconds: 0 };
        for (const artist of Artist.objects.orderBy("id").limit(limit).prefetchRelated("albums__tracks")) {
          walked.artists++;
          for (const album of artist.albums.all()) {
            walked.albums++;
            for (const track of album.tracks.all()) {
              walked.tracks++;
              walked.milliseconds += track.milliseconds;
            }
          }
        }
        return walked;
      },
      close: () => closeAll(),
    };
  },
};
