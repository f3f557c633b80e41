// The JSON schema of Open Badges 3.0, whose licence keeps it out of the project: ajv with a copy that is named.

import fs from 'node:fs';
import addFormats from 'ajv-formats';
import {Ajv2019} from 'ajv/dist/2019.js';
import {judge} from './cases.mjs';

const ajv = new Ajv2019({strict: false, allErrors: true});
addFormats.default(ajv);
const valid = ajv.compile(JSON.parse(fs.readFileSync(process.env.OB3_SCHEMA, 'utf8')));

await judge('json', async text => {
  if(!valid(JSON.parse(text))) {
    throw new Error(ajv.errorsText(valid.errors));
  }
  return 'valid';
});
