export { StorageError, SuspiciousFileOperationError } from "../errors.js";
export type { StorageDefinition, UrlOptions } from "../types/storage.js";
export { type ByteStream, StreamSource } from "./async-source.js";
export { defineStorage, getStorage, resetStorages } from "./configured-storages.js";
export { ContentFile, File, type FileOptions } from "./file.js";
export { BytesSource, type FileReader, type FileSource } from "./file-source.js";
export { FileSystemStorage, type FileSystemStorageOptions } from "./file-system-storage.js";
export { InMemoryStorage, type InMemoryStorageOptions } from "./in-memory-storage.js";
export { type SaveFileOptions, Storage } from "./storage.js";
