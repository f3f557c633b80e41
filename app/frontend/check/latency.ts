// How far away the server is: a few small requests one after the other. Also what the server's clock shows, for information only.

/** Enough for a median and a spread, and done in seconds on a slow line. */
const SAMPLES = 15;
/** A request that takes longer counts as lost. */
const TIMEOUT_MS = 5_000;

export interface Line {
  /** Round trips in milliseconds, in the order in which they were made; a lost one is `undefined`. */
  trips: (number | undefined)[];
  median: number;
  /** Half of the trips lie within this many milliseconds of each other: what people call jitter. */
  spread: number;
  lost: number;
  /** Device clock minus server clock in milliseconds, from the quickest trip. */
  clockDifference: number;
}

/** Measure; `told` hears after each request. Undefined if not one came back. */
export async function measure(address: string, told: (done: number, of: number) => void): Promise<Line | undefined> {
  const trips: (number | undefined)[] = [];
  let quickest = Infinity;
  let clockDifference = 0;
  await trip(address); // opens the connection, which an exam page has open too
  for (let done = 1; done <= SAMPLES; done += 1) {
    const one = await trip(address);
    trips.push(one?.took);
    if (one !== undefined && one.took < quickest) {
      quickest = one.took;
      clockDifference = one.clockDifference;
    }
    told(done, SAMPLES);
  }
  const came = trips.filter((took) => took !== undefined).sort((one, other) => one - other);
  if (came.length === 0) return undefined;
  return {
    trips,
    median: quantile(came, 0.5),
    spread: quantile(came, 0.75) - quantile(came, 0.25),
    lost: trips.length - came.length,
    clockDifference,
  };
}

async function trip(address: string): Promise<{ took: number; clockDifference: number } | undefined> {
  const before = performance.now();
  try {
    const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
    const took = performance.now() - before;
    const { now } = (await answer.json()) as { now: string };
    return { took, clockDifference: Date.now() - took / 2 - Date.parse(now) };
  } catch {
    return undefined;
  }
}

function quantile(sorted: number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] ?? 0;
  const high = sorted[Math.ceil(place)] ?? low;
  return low + (high - low) * (place - Math.floor(place));
}

const SVG = "http://www.w3.org/2000/svg";
const BAR = 8;
const GAP = 4;
const HEIGHT = 48;

/** A bar for each trip, a line for the median; a lost trip is a gap with a foot. The words beside it say the same. */
export function picture(line: Line, svg: SVGElement): void {
  const most = Math.max(...line.trips.map((took) => took ?? 0), 1);
  svg.setAttribute("viewBox", `0 0 ${line.trips.length * (BAR + GAP) - GAP} ${HEIGHT}`);
  svg.replaceChildren(
    ...line.trips.map((took, place) => {
      const height = took === undefined ? 2 : Math.max(2, (took / most) * HEIGHT);
      return part("rect", { x: place * (BAR + GAP), y: HEIGHT - height, width: BAR, height, rx: 1.5, class: took === undefined ? "lost" : "trip" });
    }),
    part("line", { x1: 0, x2: line.trips.length * (BAR + GAP), y1: HEIGHT - (line.median / most) * HEIGHT, y2: HEIGHT - (line.median / most) * HEIGHT, class: "median" }),
  );
}

function part(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
