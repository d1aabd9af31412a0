// How far something is that the scene asked for, in words.
import type { Text } from '../../kernel/i18n'

export const REQUEST_WORDS: Readonly<Record<string, Text>> = {
  asked: 'field.req-asked',
  seen: 'field.req-seen',
  declined: 'field.req-declined',
  'on-the-way': 'field.req-way',
  arrived: 'field.req-arrived',
  released: 'field.req-released',
}
