import { Link, type LinkProps } from '@tanstack/react-router'
import styles from './sections.module.css'

type Props<Name extends string> = {
  to: LinkProps['to']
  sections: readonly (readonly [name: Name, text: string])[]
  open: Name
}

/** The sections of a place, of which one is shown: a link for each, whose name is `tab` in the address. */
export const SectionLinks = <Name extends string>({ to, sections, open }: Props<Name>) => (
  <nav className={styles.tabs} aria-label="Sections">
    {sections.map(([name, text]) => (
      <Link
        key={name}
        to={to}
        search={{ tab: name } as never}
        className={styles.tab}
        activeOptions={{ includeSearch: false }}
        aria-current={name === open ? 'page' : undefined}
        data-current={name === open}
      >
        {text}
      </Link>
    ))}
  </nav>
)
