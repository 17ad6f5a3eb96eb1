import { ImproperlyConfigured, StorageError } from "../errors.js";

/** @throws ImproperlyConfigured for what cannot begin a URL */
export function checkBaseUrl(baseUrl: unknown, storage: string): string | null {
  if (baseUrl === null) return null;
  if (typeof baseUrl !== "string" || baseUrl === "") {
    throw new ImproperlyConfigured(`${storage}: baseUrl is a URL such as "/media/", or null where the files have none.`);
  }
  return baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`;
}

/** The URL of a file below a base. @throws StorageError where there is none */
export function mediaUrl(baseUrl: string | null, name: string, storage: string): string {
  if (baseUrl === null) throw new StorageError(`The files of this ${storage} have no URLs: its baseUrl is null.`, { code: "no_url" });
  return baseUrl + name.split("/").map(encodeURIComponent).join("/");
}
