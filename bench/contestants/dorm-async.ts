import { closeAll, configure } from "dorm";
import type { Contestant, WalkedMusic } from "../contestant.ts";
import { Artist, databaseEntry, Track } from "../dorm-models.ts";

/** dorm by its plain names. */
export const contestant: Contestant = {
  name: "dorm async",
  packages: ["dorm"],
  open(target, database) {
    configure({ databases: { default: databaseEntry(target, database) } });
    return {
      synchronous: false,
      trackByKey: (id) => Track.objects.get({ pk: id }),
      firstTracks: async (limit) => await Track.objects.orderBy("id").limit(limit),
      insertTrack: (track) => Track.objects.create(track),
      insertTracks: (tracks) => Track.objects.bulkCreate(tracks.map((track) => new Track(track))),
      countLongExplicit: (milliseconds) => Track.objects.filter({ milliseconds__gte: milliseconds, explicit: true }).count(),
      setPrice: (id, price) => Track.objects.filter({ pk: id }).update({ price }),
      async artistsWithMusic(limit) {
        const walked: WalkedMusic = { artists: 0, albums: 0, tracks: 0, milliseconds: 0 };
        for (const artist of await Artist.objects.orderBy("id").limit(limit).prefetchRelated("albums__tracks")) {
          walked.artists++;
          for (const album of await artist.albums.all()) {
            walked.albums++;
            for (const track of await album.tracks.all()) {
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
