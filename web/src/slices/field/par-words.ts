// What a crew answers to a PAR, in words.
import { type Text, t } from '../../kernel/i18n'

const WORDS: Readonly<Record<string, Text>> = {
  complete: 'field.par-complete',
  short: 'field.par-short',
  'no-answer': 'field.par-silent',
}

export function parWord(result: string): string {
  const key = WORDS[result]
  return key ? t(key) : result
}
