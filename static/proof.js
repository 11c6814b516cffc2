// Solves a challenge of altcha (PBKDF2, v2) in a worker, with the browser's own cryptography.
'use strict';

const bytes = hex => Uint8Array.from(hex.match(/../g), pair => parseInt(pair, 16));
const hex = buffer => Array.from(new Uint8Array(buffer), byte => byte.toString(16).padStart(2, '0')).join('');

onmessage = async ({data}) => {
  const challenge = JSON.parse(data);
  const {nonce, salt, cost, keyLength, keyPrefix} = challenge.parameters;
  const password = new Uint8Array(nonce.length / 2 + 4);
  password.set(bytes(nonce));
  const place = new DataView(password.buffer);
  const how = {name: 'PBKDF2', hash: 'SHA-256', salt: bytes(salt), iterations: cost};
  for (let counter = 0; ; counter++) {
    place.setUint32(password.length - 4, counter);
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    const derivedKey = hex(await crypto.subtle.deriveBits(how, key, keyLength * 8));
    if (derivedKey.startsWith(keyPrefix)) {
      postMessage(btoa(JSON.stringify({challenge, solution: {counter, derivedKey}})));
      return;
    }
  }
};
