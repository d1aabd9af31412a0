// The text of a card for people: Markdown drawn as elements of the page, so that nothing in it can ever run or be fetched.
import { lexer, type Token, type Tokens } from 'marked'
import type { ComponentChildren, JSX } from 'preact'

export function Markdown({ text }: { text: string }) {
  return <div class="prose">{blocks(levelled(lexer(text)))}</div>
}

/** Headings as the page around them has it: the highest of the text stands one below its title, none is left out. */
function levelled(tokens: readonly Token[]): readonly Token[] {
  const depths = [...new Set(tokens.flatMap((one) => (one.type === 'heading' ? [(one as Tokens.Heading).depth] : [])))]
  depths.sort()
  return tokens.map((one) =>
    one.type === 'heading' ? { ...one, depth: depths.indexOf((one as Tokens.Heading).depth) + 1 } : one,
  )
}

const blocks = (tokens: readonly Token[]): ComponentChildren => tokens.map((token, n) => <Part key={n} token={token} />)

const LEVELS = ['h3', 'h4', 'h5', 'h6'] as const

/** HTML, pictures and whatever else a text may hold are shown as the words they are. */
function Part({ token }: { token: Token }): JSX.Element | null {
  const inner = () => ('tokens' in token && token.tokens ? blocks(token.tokens) : plain(token))
  switch (token.type) {
    case 'space':
    case 'def':
      return null
    case 'heading': {
      const Level = LEVELS[Math.min((token as Tokens.Heading).depth, LEVELS.length) - 1] ?? 'h3'
      return <Level>{inner()}</Level>
    }
    case 'paragraph':
      return <p>{inner()}</p>
    case 'strong':
      return <strong>{inner()}</strong>
    case 'em':
      return <em>{inner()}</em>
    case 'del':
      return <del>{inner()}</del>
    case 'br':
      return <br />
    case 'hr':
      return <hr />
    case 'blockquote':
      return <blockquote>{inner()}</blockquote>
    case 'codespan':
      return <code>{plain(token)}</code>
    case 'code':
      return <pre>{plain(token)}</pre>
    case 'list': {
      const { ordered, items, start } = token as Tokens.List
      const rows = items.map((item, n) => <li key={n}>{blocks(item.tokens)}</li>)
      return ordered ? <ol start={Number(start) || 1}>{rows}</ol> : <ul>{rows}</ul>
    }
    case 'table':
      return <Table of={token as Tokens.Table} />
    case 'link':
      return (
        <span class="link-of" title={(token as Tokens.Link).href}>
          {inner()}
        </span>
      )
    default:
      return <>{inner()}</>
  }
}

const plain = (token: Token) => ('text' in token && typeof token.text === 'string' ? token.text : token.raw)

const Table = ({ of: { header, rows } }: { of: Tokens.Table }) => (
  <div class="scrolls">
    <table>
      <thead>
        <tr>
          {header.map((cell, n) => (
            <th key={n}>{blocks(cell.tokens)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, n) => (
          <tr key={n}>
            {row.map((cell, m) => (
              <td key={m}>{blocks(cell.tokens)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)
