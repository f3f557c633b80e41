// Reads a parcel, asks one verifier about each certificate in it, and prints what that says: {"case", "accepted", "detail"}.

import fs from 'node:fs';
import path from 'node:path';

const folder = process.argv[2];

const read = name => fs.readFileSync(path.join(folder, name));

/** What the site of a case shows at an address; anything else of the internet does not exist. */
export function fetched(site, url) {
  const name = site[url.split('#')[0]];
  if(!name) {
    throw new Error(`NotFoundError: ${url} is not in the parcel`);
  }
  return read(name).toString('utf8');
}

/** Ask `verify(text, case)` about the carrier of every case that has it: it resolves to a detail, or throws. */
export async function judge(carrier, verify) {
  const cases = JSON.parse(read('cases.json')).filter(entry => carrier in entry);
  for(const entry of cases) {
    let answer;
    try {
      answer = {accepted: true, detail: String(await verify(read(entry[carrier]).toString('utf8'), entry))};
    } catch(error) {
      answer = {accepted: false, detail: words(error)};
    }
    process.stdout.write(JSON.stringify({case: entry.case, ...answer}) + '\n');
  }
}

function words(error) {
  const inner = error?.errors ?? (error?.cause ? [error.cause] : []);
  return [error?.message ?? String(error), ...inner.map(words)].join(': ').slice(0, 500);
}
