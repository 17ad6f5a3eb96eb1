/** How a URL is made, for storages that sign theirs. */
export interface UrlOptions {
  /** For how many seconds the URL serves; storages whose URLs do not expire take no notice of it. */
  readonly expiresIn?: number;
  /** The `Content-Disposition` of the answer, as in `attachment; filename="report.pdf"`. */
  readonly responseDisposition?: string;
}

/** What the setting `storages` needs to know of a storage; each one extends `Storage` of `dorm/storage`. */
export interface StorageLike {
  /** Whether there is a file of this name. */
  /** Whether there is a file of this name. */
  exists(name: string): Promise<boolean>;
  /** Deletes a file; one that is not there is passed over. */
  /** Deletes a file at once; one that is not there is no error. */
  delete(name: string): Promise<void>;
  /** The size of a file in bytes. */
  /** The number of bytes of a stored file. */
  size(name: string): Promise<number>;
  /** Where a browser gets the file. */
  /** Where a browser finds the file. */
  url(name: string, options?: UrlOptions): Promise<string>;
}

/** A storage that is made when it is first used. */
export interface StorageDefinition {
  /** The class of the storage. */
  /** The class; it is given the options. */
  readonly backend: new (
    options: never,
  ) => StorageLike;
  /** What its constructor gets. */
  /** What its constructor takes. */
  readonly options?: object;
}
