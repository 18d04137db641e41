// Asks Open Badges verifiers that no one here wrote what they think of some badges, offline.
//
// In: {"badges": {name: badge, …}, "statusList": list} on standard input.
// Out: {verifier: {name: {"verified": bool, "said": text}, …}, …} on standard output.
// The npm packages are in tests/node_modules, or in the folder that QI_NODE_MODULES names.

import {createRequire} from 'node:module';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {join, resolve} from 'node:path';
import {text} from 'node:stream/consumers';

const folder = process.env.QI_NODE_MODULES ?? fileURLToPath(new URL('../node_modules', import.meta.url));
const {resolve: find} = createRequire(join(resolve(folder), '..', 'any.js'));
const load = name => import(pathToFileURL(find(name)).href);

// Nothing may be fetched: what a verifier asks for is told in its answer.
let asked = [];
globalThis.fetch = async request => {
  asked.push(String(request.url ?? request));
  throw new TypeError('offline');
};
const print = console.log;
console.log = console.error = console.warn = () => {};

const {badges, statusList} = JSON.parse(await text(process.stdin));
const {securityLoader} = await load('@digitalcredentials/security-document-loader');
const shipped = securityLoader({fetchRemoteContexts: false}).build();
const documentLoader = async url => url === statusList.id
  ? {contextUrl: null, documentUrl: url, document: statusList, tag: 'dynamic'}
  : shipped(url);

const {DataIntegrityProof} = await load('@digitalbazaar/data-integrity');
const {cryptosuite} = await load('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const bazaar = await load('@digitalbazaar/vc');
const digital = await load('@digitalcredentials/vc');
const core = await load('@digitalcredentials/verifier-core');
const require = createRequire(find('@digitalcredentials/verifier-core'));
const {checkStatus} = require('@digitalcredentials/vc-bitstring-status-list');

const withSuite = vc => async credential => {
  const result = await vc.verifyCredential({
    credential, suite: new DataIntegrityProof({cryptosuite}), documentLoader,
    checkStatus: options => checkStatus({...options, documentLoader})
  });
  const why = [result.error, ...(result.error?.errors ?? []), result.statusResult?.error]
    .filter(Boolean).map(error => error.message);
  return {verified: result.verified, said: why.join('; ') || 'verified'};
};

const verifiers = {
  '@digitalbazaar/vc': withSuite(bazaar),
  '@digitalcredentials/vc': withSuite(digital),
  // It has a loader of its own and no way to hand it our list, which has no address on the web:
  // its answer about revocation is told, and does not count.
  '@digitalcredentials/verifier-core': async credential => {
    const result = await core.verifyCredential({credential, knownDIDRegistries: []});
    const steps = Object.fromEntries((result.log ?? []).map(step => [step.id, step.valid ?? step.error?.name ?? null]));
    const errors = (result.errors ?? []).map(error => `${error.name}: ${error.message}`);
    return {
      verified: errors.length === 0 && steps.valid_signature === true && steps.expiration === true,
      said: errors.join('; ') || JSON.stringify(steps)
    };
  }
};

const answers = {};
for(const [verifier, ask] of Object.entries(verifiers)) {
  answers[verifier] = {};
  for(const [name, badge] of Object.entries(badges)) {
    asked = [];
    let answer;
    try {
      answer = await ask(structuredClone(badge));
    } catch(error) {
      answer = {verified: false, said: error.message};
    }
    answers[verifier][name] = {...answer, asked};
  }
}
print(JSON.stringify(answers));
