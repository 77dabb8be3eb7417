import { useLocation, useRouter, useSearch } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useCaller } from '../data/api.tsx'
import { session, signIn, signOut } from '../data/session.ts'
import { useStore } from '../data/store.ts'
import { Button } from '../parts/control/button.tsx'
import { Field } from '../parts/control/field.tsx'
import { Place } from '../parts/place/place.tsx'
import { Message } from '../parts/states/message.tsx'
import { askRole, Refused, redeemCode } from './exchange.ts'
import { forPeople } from './for-people.ts'
import { codeOf, isCode, readKey } from './read-key.ts'
import styles from './sign-in.module.css'

/** The code of a sign-in link: behind the "#", so that no server and no log ever sees it. It is taken out of the address at once. */
const takeCode = (): string | null => {
  const code = codeOf(location.hash)
  if (code) history.replaceState(history.state, '', location.pathname + location.search)
  return code
}

const redeem = async (code: string): Promise<string> => {
  if (!isCode(code)) throw new Error(noLink)
  return redeemCode(code)
}

const roleText: Record<string, string> = {
  ADMIN: 'an administrator, who may do everything',
  OPERATOR: 'an operator, who may do everything except manage keys and settings',
  PUBLIC: 'the public',
}

const whatToDo =
  'Check that you copied all of it. It may also belong to another server. An administrator can make you a new one.'

const invalid = 'The key is not valid.'
const notValid = `${invalid} ${whatToDo}`
/** A key that was good once was copied well. */
const withAdvice = (refusal: string): string =>
  refusal === invalid ? notValid : `${refusal} An administrator can make you a new one.`
const noLink = 'This sign-in link is incomplete or mistyped. Open it again as it was printed, or get a new one.'

/** Signing in with a key, or with a link that the server printed. */
const SignIn = () => {
  const { refusal, hadKey, key: current } = useStore(session)
  const caller = useCaller()
  const router = useRouter()
  const { hash } = useLocation()
  const { back = '/' } = useSearch({ from: '/sign-in' })
  const [key, setKey] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  // Signing in draws the page anew. Whoever went elsewhere meanwhile stays there.
  const isDrawn = useRef(false)
  useEffect(() => {
    isDrawn.current = true
    return () => {
      isDrawn.current = false
    }
  }, [])

  const enter = async (find: () => Promise<string>): Promise<void> => {
    setBusy(true)
    setProblem(null)
    try {
      const found = await find()
      const leads = isDrawn.current
      signIn(found)
      if (!leads) return
      // GraphiQL is a page of the server, and none of the panel.
      if (/^\/graphql(?![^/?#])/.test(back)) location.assign(back)
      else router.history.push(back)
    } catch (error) {
      setProblem((error as Error).message)
    } finally {
      setBusy(false)
    }
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: the code is taken out once; another link may be opened in the same tab.
  useEffect(() => {
    const code = takeCode()
    if (code) void enter(() => redeem(code))
  }, [hash])

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const pasted = readKey(key)
    void enter(async () => {
      if (!pasted) throw new Error(notValid)
      if ('code' in pasted) return redeem(pasted.code)
      await askRole(pasted.key).catch((error: Error) => {
        throw error instanceof Refused ? new Error(withAdvice(error.message)) : error
      })
      return pasted.key
    })
  }
  const left = refusal && `${hadKey ? 'You were signed out. ' : ''}${forPeople(refusal)}`
  const said = (problem ?? left) && (
    <p className={styles.problem} role="alert">
      {problem ?? left}
    </p>
  )

  if (current && caller.role)
    return (
      <Place name="Sign in" title="You are signed in" width="form" ready>
        {said}
        <Message title={caller.name ?? 'Your key'} action={<Button onClick={() => signOut()}>Sign out</Button>}>
          You are {roleText[caller.role]}. The key stays in this tab and is gone when you close it.
        </Message>
      </Place>
    )
  return (
    <Place name="Sign in" width="form" ready={!busy}>
      <form className={styles.form} onSubmit={submit}>
        <Field label="Key" type="password" value={key} onChange={(event) => setKey(event.target.value)} />
        {said}
        <Button type="submit" kind="main" busy={busy} disabled={key.trim() === ''}>
          Sign in with this key
        </Button>
        <div className={styles.help}>
          <h2>Where is my key?</h2>
          <p>
            The first start printed a sign-in link, which works once. <code>npx channelscope sign-in-link</code> prints
            another. The keys of this server are in <code>data/keys.json</code> on its machine.
          </p>
          <p>The key stays in this tab and is gone when you close it.</p>
        </div>
      </form>
    </Place>
  )
}

export default SignIn
