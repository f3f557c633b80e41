// What follows from a centre's address: its identifier (did:web) and the name of its log.

/** `http://localhost:8000` is `did:web:localhost%3A8000`. undefined for anything but scheme, host and port. */
export function didWeb(url: string): string | undefined {
  const found = /^https?:\/\/([^/?#@:[\]]+)(?::([0-9]*))?$/.exec(url);
  const [host, port] = [found?.[1]?.toLowerCase(), found?.[2] ?? ""];
  if (host === undefined || Number(port) > 65_535) return undefined;
  return port === "" ? `did:web:${host}` : `did:web:${host}%3A${Number(port)}`;
}

export function logOrigin(url: string): string {
  return `${url.slice(url.indexOf("://") + 3)}/log`;
}
