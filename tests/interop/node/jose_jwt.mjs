// jose: the token with the key of the issuer's key document, and again with the same key out of its JWK Set.

import {createLocalJWKSet, importJWK, jwtVerify} from 'jose';
import {fetched, judge} from './cases.mjs';

const webOf = did => `https://${decodeURIComponent(did.slice('did:web:'.length))}/.well-known`;

await judge('jwt', async (text, {site, issuer}) => {
  const demanded = {algorithms: ['ES256'], issuer, typ: 'JWT', requiredClaims: ['jti', 'nbf']};
  const keys = JSON.parse(fetched(site, `${webOf(issuer)}/did.json`));
  const ofDocument = async ({kid}) => {
    const method = keys.verificationMethod.find(entry => entry.id === kid);
    if(!method || !keys.assertionMethod.includes(kid)) {
      throw new Error(`${kid} is not a key of ${issuer}`);
    }
    return importJWK(method.publicKeyJwk, 'ES256');
  };
  const {payload} = await jwtVerify(text, ofDocument, demanded);
  const set = JSON.parse(fetched(site, `${webOf(issuer)}/jwks.json`));
  await jwtVerify(text, createLocalJWKSet(set), demanded);
  if(payload.jti !== payload.id || payload.iss !== payload.issuer.id) {
    throw new Error('the token claims something else than the credential in it');
  }
  return `${payload.iss} signed ${payload.jti}`;
});
