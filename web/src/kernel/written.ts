// Times as the node writes them: UTC, microseconds, offset, so that text sorts as time does (kernel/records.py).

const PARTS = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,6})\d*)?(Z|[+-]\d{2}:?\d{2})$/

/** An instant in the node's written form; a text that is none comes back as it is. */
export function written(at: string): string {
  const found = PARTS.exec(at)
  if (!found) return at
  const [, second = '', fraction = '', offset = ''] = found
  const whole = new Date(`${second}${offset}`).toISOString().slice(0, 19)
  return `${whole}.${fraction.padEnd(6, '0')}+00:00`
}

/** Microseconds since 1970 of a written time; whole, so that differences are exact. */
function micros(at: string): number {
  return Date.parse(`${at.slice(0, 19)}Z`) * 1000 + Number(at.slice(20, 26))
}

/** Seconds between two written times. */
export const seconds = (start: string, end: string) => (micros(end) - micros(start)) / 1_000_000
