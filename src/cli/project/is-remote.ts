const LOCAL_HOSTS = new Set(["localhost", "127.0.0.1", "::1"]);

/** Whether the host of a database's settings is another machine; null: the database is a file. */
export function isRemote(host: string | null): boolean {
  // a path is a socket of this machine
  return host !== null && host !== "" && !host.startsWith("/") && !LOCAL_HOSTS.has(host);
}
