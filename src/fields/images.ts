import type { Flow } from "../engine/flow.js";
import { type File, isFile } from "../storage/file.js";
import type { KnownOptions, NoOptions } from "../types/field.js";
import { publish } from "./field.js";
import { FILE_DEFAULTS, FileDefinition, type FileOptions, type MakeFile } from "./files.js";
import { HEADER_LENGTH, type ImageHeader, imageHeader } from "./image-header.js";

/** The options of image fields. */
export interface ImageOptions extends FileOptions {
  /** The name of the field that gets the image's width in pixels when it is uploaded. */
  readonly widthField?: string;
  /** The name of the field that gets the image's height in pixels when it is uploaded. */
  readonly heightField?: string;
}

class ImageDefinition extends FileDefinition {
  constructor(options: object) {
    super("ImageField", options, { ...FILE_DEFAULTS, widthField: undefined, heightField: undefined });
    this.text("widthField");
    this.text("heightField");
  }

  protected override checkValue(value: unknown): void {
    super.checkValue(value);
    const head = isFile(value) ? (value.source.atHand?.(HEADER_LENGTH) ?? null) : null;
    if (head !== null) this.requireImage(head);
  }

  override *inspectFile(file: File): Flow<Readonly<Record<string, unknown>>> {
    const { width, height } = this.requireImage(yield* file.headFlow(HEADER_LENGTH));
    return this.dimensions(width, height);
  }

  override withoutFile(): Readonly<Record<string, unknown>> {
    return this.dimensions(null, null);
  }

  private requireImage(head: Uint8Array): ImageHeader {
    const header = imageHeader(head);
    if (header === null) throw this.invalid("the file is no image: PNG, JPEG, GIF, WebP and AVIF are");
    return header;
  }

  private dimensions(width: number | null, height: number | null): Readonly<Record<string, unknown>> {
    const [widthField, heightField] = [this.text("widthField"), this.text("heightField")];
    return { ...(widthField !== null && { [widthField]: width }), ...(heightField !== null && { [heightField]: height }) };
  }
}

/**
 * A file that is an image: PNG, JPEG, GIF, WebP or AVIF, told by its first bytes when it is validated and before it is
 * uploaded. SVG is refused, as a document that can hold scripts. Semantics: Django's
 * {@link https://docs.djangoproject.com/en/5.2/ref/models/fields/#imagefield | ImageField}.
 *
 * @param options - `widthField`, `heightField`, the options of FileField and the common ones
 * @throws ImproperlyConfigured for unknown or impossible options
 * @example
 * configure({ storages: { default: new InMemoryStorage() } });
 * class Item extends Model<Item>("library.Item")({
 *   photo: ImageField({ uploadTo: "photos", widthField: "width" }),
 *   width: IntegerField({ null: true }),
 * }) {}
 * await createTables([Item]);
 * const pixel = Buffer.from("R0lGODlhAQABAAAAACwAAAAAAQABAAA=", "base64");
 * const item = await Item.objects.create({ photo: new ContentFile(pixel, "pixel.gif") });
 * console.log(item.photo.name, item.width); // → photos/pixel.gif 1
 */
export function ImageField<const O extends ImageOptions = NoOptions>(options?: O & KnownOptions<O, ImageOptions>): MakeFile<O> {
  return publish(new ImageDefinition(options ?? {}));
}
