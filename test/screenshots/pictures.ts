import type { Page } from 'playwright-core'

/** What the pictures are of, found in the demo. */
export type Scene = {
  /** A channel that is live and was called something else before. */
  channel: { platform: string; slug: string }
  /** A broadcast that is over. */
  session: string
  /** Channels to compare, as the address has them. */
  compared: readonly string[]
}

export type Picture = {
  name: string
  /** What the place is for, in one line. */
  use: string
  path(scene: Scene): string
  /** Left out, everybody may see it. */
  role?: 'ADMIN' | 'OPERATOR'
  /** What is done before the picture is taken. */
  act?(page: Page): Promise<void>
}

/** Every place of the panel, in the order of docs/panel.md. */
export const pictures: readonly Picture[] = [
  {
    name: 'live',
    use: 'Who is live now, most viewers first, and everything together over the last day. It changes by itself.',
    path: () => '/',
  },
  {
    name: 'channels',
    use: 'All channels: search by any handle there ever was, filter, order, and track another one.',
    path: () => '/channels?q=a',
    role: 'OPERATOR',
  },
  {
    name: 'channel',
    use: 'One channel: its names over time, and viewers, chat and follows on one axis, with the holes and their reasons.',
    path: ({ channel }) => `/channels/${channel.platform}/${channel.slug}?from=now-6h&to=now`,
    role: 'OPERATOR',
  },
  {
    name: 'session',
    use: 'One broadcast: how it went, how it was learned of and how complete that is, with a receipt to hand on.',
    path: ({ session }) => `/sessions/${session}`,
  },
  {
    name: 'compare',
    use: 'Up to six channels on one chart, by the clock or by the time since they began.',
    path: ({ compared }) => `/compare?from=now-6h&to=now&${compared.map((one) => `c=${one}`).join('&')}`,
  },
  {
    name: 'inbox',
    use: 'Every delivery of the platforms and what became of it, with what is silent or lost on top.',
    path: () => '/inbox?from=now-6h&to=now',
    role: 'OPERATOR',
  },
  {
    name: 'alerts',
    use: 'What is told elsewhere: rules, which are tried on the past before they are saved, targets with their health, and every delivery.',
    path: () => '/alerts?tab=rules&rule=new&from=now-6h&to=now',
    role: 'OPERATOR',
    async act(page) {
      await page.getByRole('button', { name: 'Try it on the past' }).click()
      await page.getByText(/^It would have told [\d,]+ alerts\.$/).waitFor()
    },
  },
  {
    name: 'operations',
    use: 'Whether everything is watched, and what is wrong where it is not.',
    path: () => '/operations',
    role: 'OPERATOR',
  },
  {
    name: 'settings',
    use: 'Settings that change while it runs, keys, streamers with their claims, and who changed what.',
    path: () => '/settings',
    role: 'ADMIN',
  },
  {
    name: 'palette',
    use: 'Ctrl K finds any channel by any name it had, any place and any action.',
    path: () => '/',
    role: 'ADMIN',
    async act(page) {
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox').fill('co')
      await page.getByRole('option', { name: /lynx/i }).first().waitFor()
    },
  },
  {
    name: 'sign-in',
    use: 'Signing in with a key. The first start prints a link that does it.',
    path: () => '/sign-in',
  },
]
