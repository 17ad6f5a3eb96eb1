import type { Readable } from "node:stream";
import { CharField, configure, F, type FieldFile, FileField, FilePathField, ImageField, IntegerField, Model } from "../../src/index.js";
import {
  ContentFile,
  defineStorage,
  File,
  FileSystemStorage,
  getStorage,
  InMemoryStorage,
  Storage,
  type StorageDefinition,
} from "../../src/storage/index.js";
import { exactly } from "./equal.js";

function path(report: Report, filename: string): string {
  return `${report.title}/${filename}`;
}

class Report extends Model<Report>("docs.Report")({
  title: CharField(),
  body: FileField({ uploadTo: path }),
  cover: FileField({ uploadTo: (report: { readonly title: string }, filename: string) => `${report.title}/${filename}`, default: "" }),
  appendix: FileField({ uploadTo: "appendix/%Y", null: true, onReplace: "delete" }),
  photo: ImageField({ uploadTo: (_report: unknown, filename: string) => filename, widthField: "width", default: "" }),
  width: IntegerField({ null: true }),
  source: FilePathField({ path: "src", match: /\.ts$/, null: true }),
}) {}

async function instances() {
  const report = await Report.objects.create({ title: "a", body: new ContentFile("x", "a.txt") });
  exactly<FieldFile>()(report.body);
  exactly<FieldFile | null>()(report.appendix);
  exactly<FieldFile>()(report.photo);
  exactly<string | null>()(report.source);
  const url: string = await report.body.url({ expiresIn: 60, responseDisposition: "attachment" });
  const size: number = (await report.body.size()) + report.body.sizeSync();
  const stream: Readable = await report.body.createReadStream();
  const file: File = await report.body.open();
  await report.body.save("b.txt", new Blob(["x"]), { save: false });
  await report.appendix?.delete();
  // @ts-expect-error it may be null
  await report.appendix.delete();
  // @ts-expect-error there is no such option
  await report.body.url({ expires: 60 });
  // @ts-expect-error text is no file
  await report.body.save("b.txt", "text");
  // @ts-expect-error a name cannot be written
  report.body.name = "b.txt";
  return [url, size, stream, file];
}

async function inputs() {
  await Report.objects.create({ title: "a", body: "known.txt", appendix: null, photo: new Blob([]) });
  await Report.objects.create({ title: "a", body: new globalThis.File([], "web.txt") });
  const other = await Report.objects.get();
  new Report({ title: "b", body: other.body, appendix: other.appendix });
  other.set({ body: File.fromPath("a.txt"), appendix: new ContentFile("x") });
  await Report.objects.getOrCreate({ title: "a" }, { defaults: { body: () => new ContentFile("x", "x.txt") } });
  await Report.objects.bulkCreate([new Report({ title: "b", body: new ContentFile("x", "x.txt") })]);
  // @ts-expect-error the body is required
  await Report.objects.create({ title: "a" });
  // @ts-expect-error a number is no file
  await Report.objects.create({ title: "a", body: 5 });
  // @ts-expect-error the body cannot be null
  other.set({ body: null });
}

async function queries() {
  const rows = await Report.objects.values("body", "appendix");
  exactly<{ body: string; appendix: string | null } | undefined>()(rows[0]);
  const names = await Report.objects.valuesList("body", { flat: true });
  exactly<string | undefined>()(names[0]);
  await Report.objects.filter({ body__endswith: ".txt", appendix__isnull: true, photo: "a.png" }).orderBy("body");
  await Report.objects.update({ body: "known.txt", appendix: F("body") });
  // @ts-expect-error an UPDATE uploads nothing
  await Report.objects.update({ body: new ContentFile("x") });
  // @ts-expect-error a name is text
  await Report.objects.filter({ body: 5 });
  // @ts-expect-error names are not numbers
  await Report.objects.filter({ body__year: 2026 });
}

// @ts-expect-error there is no such option
FileField({ upload_to: "docs" });
// @ts-expect-error only images have dimensions
FileField({ widthField: "width" });
// @ts-expect-error neither a directory nor a function
FileField({ uploadTo: 5 });
// @ts-expect-error nothing else happens to old files
FileField({ onReplace: "drop" });
// @ts-expect-error a path is needed
FilePathField({});
// @ts-expect-error there is no such option
FilePathField({ path: "src", allow: true });

configure({ storages: { default: new InMemoryStorage(), local: defineStorage(FileSystemStorage, { location: "x", baseUrl: null }) } });
// @ts-expect-error a string is no storage
configure({ storages: { default: "memory" } });
exactly<StorageDefinition>()(defineStorage(InMemoryStorage));
// @ts-expect-error there is no such option
defineStorage(FileSystemStorage, { locaton: "x" });
// @ts-expect-error not a storage
defineStorage(Date);

class Bucket extends Storage {
  readonly bucket: string;
  constructor(options: { readonly bucket: string }) {
    super();
    this.bucket = options.bucket;
  }
  protected override *create() {
    return yield* this.asyncOnly(async () => true);
  }
  protected override sourceOf() {
    return File.fromPath("x").source;
  }
  // biome-ignore-start lint/correctness/useYield: what they give is there at once
  protected override *remove() {}
  protected override *has() {
    return true;
  }
  protected override *sizeOf() {
    return null;
  }
  protected override *urlOf() {
    return this.bucket;
  }
  // biome-ignore-end lint/correctness/useYield: see above
}
defineStorage(Bucket, { bucket: "b" });
// @ts-expect-error the bucket is needed
defineStorage(Bucket);

async function storages() {
  const storage = getStorage("local");
  exactly<Storage>()(storage);
  const name: string = await storage.save("a.txt", new ContentFile("x"), { maxLength: 10 });
  const bytes: Uint8Array = (await storage.open(name)).readSync(5);
  for await (const chunk of (await storage.open(name)).chunks()) chunk satisfies Uint8Array;
  // @ts-expect-error text is no file
  await storage.save("a.txt", "x");
  // @ts-expect-error there is no such option
  await storage.save("a.txt", new ContentFile("x"), { max: 10 });
  // @ts-expect-error only storages call it
  await storage.remove("a.txt");
  return bytes;
}

export { inputs, instances, queries, storages };
