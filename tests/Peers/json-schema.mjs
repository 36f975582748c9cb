// ajv, a validator of JSON Schema 2020-12 that nobody here wrote. POST schema, then POST judge with a list of documents.
import Ajv2020 from 'ajv/dist/2020.js';
import { controlled, listen, ready, sendJson } from './peer.mjs';

let judge;
const server = controlled({
  'POST schema': (schema) => {
    const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, strictRequired: false, strictTypes: false });
    judge = ajv.compile(schema);
    return { ok: true };
  },
  'POST judge': (documents) => documents.map((document) => (judge(document) ? [] : judge.errors.map(({ instancePath, message }) => `${instancePath} ${message}`))),
}, (_, response) => sendJson(response, { error: 'nothing here' }, 404));

ready(`http://127.0.0.1:${await listen(server, Number(process.argv[2] ?? 0))}`);
