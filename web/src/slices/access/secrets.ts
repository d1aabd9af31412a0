// Secrets that are made here and shown once: a password somebody types, a token a program keeps.

/** Without letters and figures that are taken for each other when they are read out. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'
const GROUPS = 4
const OF_GROUP = 4

/** Sixteen letters in fours: nearly 80 bits, and can be told over the radio. */
export function newPassword(): string {
  const letters: string[] = []
  while (letters.length < GROUPS * OF_GROUP)
    // Bytes past the last whole round of the letters would make some of them likelier.
    for (const byte of crypto.getRandomValues(new Uint8Array(32)))
      if (byte < 256 - (256 % LETTERS.length)) letters.push(LETTERS[byte % LETTERS.length] ?? '')
  const groups = Array.from({ length: GROUPS }, (_, n) => letters.slice(n * OF_GROUP, (n + 1) * OF_GROUP).join(''))
  return groups.join('-')
}

const random = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
const inLinks = (base64: string) => base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

/** What a program signs in with: 256 bits that say what they are for. */
export const newToken = () => `sgt_${inLinks(random())}`

/** What stands in a one-time link of a device. */
export const newCode = () => `sge_${inLinks(random())}`

/** What signs the messages to a webhook, as Standard Webhooks writes it. */
export const newWebhookSecret = () => `whsec_${random()}`

/** What the node keeps of a token; undefined where the browser computes none, because the page came without TLS. */
export async function hashOf(secret: string): Promise<string | undefined> {
  if (!globalThis.crypto?.subtle) return undefined
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
