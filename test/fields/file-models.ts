import { CASCADE, CharField, FileField, FilePathField, ForeignKey, ImageField, IntegerField, Model } from "../../src/index.js";

function coverPath(document: Document, filename: string): string {
  return `covers/${document.title}/${filename}`;
}

export class Document extends Model<Document>("files.Document")({
  title: CharField({ maxLength: 50, unique: true }),
  attachment: FileField({ uploadTo: "docs/%Y", null: true, blank: true, maxLength: 60 }),
  cover: FileField({ uploadTo: coverPath, default: "", blank: true, storage: "covers" }),
}) {}

export class Photo extends Model<Photo>("files.Photo")({
  image: ImageField({ uploadTo: "photos", widthField: "width", heightField: "height", null: true }),
  width: IntegerField({ null: true }),
  height: IntegerField({ null: true }),
}) {}

/** Its files go when they are replaced, and when their rows go. */
export class Folder extends Model<Folder>("files.Folder")({ name: CharField({ maxLength: 20 }) }) {}
export class Scan extends Model<Scan>("files.Scan")({
  folder: ForeignKey(() => Folder, { onDelete: CASCADE }),
  page: FileField({ uploadTo: "scans", onReplace: "delete", onRowDelete: "delete" }),
}) {}

export class Template extends Model<Template>("files.Template")({
  path: FilePathField({ path: "test/fields", match: /\.test\.ts$/ }),
  anything: FilePathField({ path: () => "test", recursive: true, allowFolders: true, null: true }),
}) {}

export const models = [Document, Photo, Folder, Scan, Template];
