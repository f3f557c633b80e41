// @sd-jwt/core: signature, digests of what the holder shows, and times, with the key that the header names in the key document.

import crypto from 'node:crypto';
import {SDJwtInstance} from '@sd-jwt/core';
import {fetched, judge} from './cases.mjs';

const hasher = data => new Uint8Array(crypto.createHash('sha256').update(data).digest());
const webOf = did => `https://${decodeURIComponent(did.slice('did:web:'.length))}/.well-known/did.json`;

await judge('sd_jwt', async (text, {site, issuer}) => {
  const {kid} = JSON.parse(Buffer.from(text.split('.')[0], 'base64url'));
  const document = JSON.parse(fetched(site, webOf(issuer)));
  const method = document.verificationMethod.find(entry => entry.id === kid);
  if(!method || !document.assertionMethod.includes(kid)) {
    throw new Error(`${kid} is not a key of ${issuer}`);
  }
  const key = crypto.createPublicKey({key: method.publicKeyJwk, format: 'jwk'});
  const verifier = (data, signature) =>
    crypto.verify('sha256', Buffer.from(data), {key, dsaEncoding: 'ieee-p1363'}, Buffer.from(signature, 'base64url'));
  const instance = new SDJwtInstance({verifier, hasher, hashAlg: 'sha-256'});
  await instance.verify(text);
  const claims = await instance.getClaims(text);
  if(!claims.name || !claims.score) {
    throw new Error('what the holder shows is not there');
  }
  return `${claims.iss}: ${claims.score.join(' of ')}`;
});
