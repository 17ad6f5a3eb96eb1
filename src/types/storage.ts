/** How a URL is made, for storages that sign theirs. */
export interface UrlOptions {
  /** For how many seconds the URL serves; storages whose URLs do not expire take no notice of it. */
  readonly expiresIn?: number;
  /** The `Content-Disposition` of the answer, as in `attachment; filename="report.pdf"`. */
  readonly responseDisposition?: string;
}

/** What the setting `storages` needs to know of a storage; each one extends `Storage` of `dorm/storage`. */
export interface StorageLike {
  exists(name: string): Promise<boolean>;
  delete(name: string): Promise<void>;
  size(name: string): Promise<number>;
  url(name: string, options?: UrlOptions): Promise<string>;
}

/** A storage that is made when it is first used. */
export interface StorageDefinition {
  readonly backend: new (options: never) => StorageLike;
  readonly options?: object;
}
