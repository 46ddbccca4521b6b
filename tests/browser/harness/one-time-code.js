// Codes of an authenticator app (RFC 6238, SHA-1, six digits, thirty seconds), reckoned apart from the program.
import { createHmac } from 'node:crypto'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export function oneTimeCode (secret, at = Date.now()) {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30000)))
  const digest = createHmac('sha1', fromBase32(secret)).update(counter).digest()
  const offset = digest[19] & 15
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1000000).padStart(6, '0')
}

function fromBase32 (text) {
  let bits = ''
  for (const letter of text.replace(/[\s=]/g, '').toUpperCase()) {
    bits += alphabet.indexOf(letter).toString(2).padStart(5, '0')
  }
  return Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)))
}
