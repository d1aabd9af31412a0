// A card's text is drawn, never run: what is not a plain element of text stays words.
import type { ComponentChildren, VNode } from 'preact'
import { expect, test } from 'vitest'
import { Markdown } from './markdown'

type Drawn = { readonly tags: Set<string>; readonly text: string }

/** What would stand on the page: names of elements, and words. */
function drawn(node: ComponentChildren, to: Drawn = { tags: new Set(), text: '' }): Drawn {
  if (Array.isArray(node)) return node.reduce<Drawn>((so, one) => drawn(one, so), to)
  if (node === null || node === undefined || typeof node === 'boolean') return to
  if (typeof node !== 'object') return { ...to, text: to.text + String(node) }
  const { type, props } = node as VNode<{ children?: ComponentChildren }>
  if (typeof type === 'function') return drawn((type as (props: object) => ComponentChildren)(props), to)
  to.tags.add(type)
  expect(Object.keys(props)).not.toContain('dangerouslySetInnerHTML')
  expect(Object.keys(props)).not.toContain('src')
  expect(Object.keys(props)).not.toContain('href')
  return drawn(props.children, to)
}

test('headings, lists, emphasis and tables become elements', () => {
  const { tags, text } = drawn(<Markdown text={'# Judul\n\n- satu **tebal**\n\n|a|b|\n|-|-|\n|1|2|\n'} />)
  expect([...tags]).toEqual(expect.arrayContaining(['h3', 'ul', 'li', 'strong', 'table', 'td']))
  expect(text).toContain('tebal')
})

test('the highest heading of a text stands right below the title of the page, whatever it was written as', () => {
  expect([...drawn(<Markdown text={'### Satu\n\nteks\n\n##### Dua'} />).tags]).toEqual(['div', 'h3', 'p', 'h4'])
})

test('HTML, pictures and links stay words', () => {
  const { tags, text } = drawn(
    <Markdown
      text={
        '<script>alert(1)</script>\n\n![foto](https://x.y/z.png) [tautan](javascript:alert(1)) <img src=x onerror=a>'
      }
    />,
  )
  expect([...tags].filter((tag) => ['script', 'img', 'a', 'iframe'].includes(tag))).toEqual([])
  expect(text).toContain('alert(1)')
  expect(text).toContain('tautan')
})
