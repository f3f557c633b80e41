// @digitalcredentials/verifier-core, which takes everything from the network: it gets a network that is the parcel.

import {fetched, judge} from './cases.mjs';

let site = {};
const asked = new Set();

globalThis.fetch = async request => {
  const url = typeof request === 'string' ? request : request.url;
  asked.add(url);
  try {
    return new Response(fetched(site, url), {status: 200, headers: {'content-type': 'application/json'}});
  } catch(error) {
    return new Response(error.message, {status: 404, statusText: 'Not Found'});
  }
};

// It writes what it could not fetch to the console; the answers of this program stand there alone.
console.log = console.error = () => {};

const {verifyCredential} = await import('@digitalcredentials/verifier-core');

await judge('json', async (text, entry) => {
  site = entry.site;
  asked.clear();
  const result = await verifyCredential({credential: JSON.parse(text), knownDIDRegistries: []});
  const log = Object.fromEntries((result.log ?? []).map(step => [step.id, step]));
  const faults = [
    ...(result.errors ?? []).map(error => error.name),
    // Which registries of issuers it knows is its operator's affair; every other step must be valid.
    ...Object.values(log).filter(step => step.id !== 'registered_issuer' && step.valid !== true).map(step => step.id)
  ];
  for(const needed of ['valid_signature', 'expiration', 'revocation_status']) {
    if(!result.errors && !log[needed]) {
      faults.push(`no step ${needed}`);
    }
  }
  if(faults.length) {
    throw new Error(faults.join(', '));
  }
  const schema = result.additionalInformation?.find(step => step.id === 'schema_check')?.results;
  return `steps ${Object.keys(log).join(', ')}; schema ${JSON.stringify(schema)}; asked ${[...asked].join(' ')}`;
});
