/** Paper ballots: locked when they come in, entered after the close by two counters apart from each other. */
import { computed, ref, shallowRef, type ShallowRef } from 'vue'
import type { Assembly } from '@/api/voting'
import { fetchPinned } from '@/stores/voting/record'
import { type Item, answersOf } from '@/voting/agenda'
import type { Manifest } from '@/voting/manifest'
import type { PaperChoice } from '@/voting/paper'
import { canonicalText } from '@/voting/signing'
import { ownKeys } from './keys'
import { useOffice } from './office'
import { type OfficeParts, type Place, Withheld, guarded } from './parts'
import { useTask } from './task'
import { isOverFor } from './times'
import { electionsOf } from './verifying'

/** The papers of one election that lie at the desk, and the items they answer. */
export interface PaperPile {
  uuid: string
  scope: string
  manifest: Manifest
  /** Everybody on the roll. */
  pseudonyms: ReadonlySet<string>
  papers: { pseudonym: string; labels: readonly string[] }[]
}

/** What was entered so far: by election, pseudonym and item. */
export type Entered = Readonly<Record<string, PaperChoice>>

export const cell = (uuid: string, pseudonym: string, item: string): string => `${uuid} ${pseudonym} ${item}`

/** What a paper may say on an item: words, and for an election the candidates beside them. */
export function wordsFor({ seats }: Item): readonly string[] {
  return seats === null ? ['for', 'against', 'abstain', 'blank', 'invalid'] : ['blank', 'invalid']
}

/** What is entered after a tap: a word stands alone, candidates gather in the order of the ballot. */
export function afterEntry(item: Item, before: PaperChoice | undefined, tapped: string): PaperChoice {
  if (wordsFor(item).includes(tapped)) return tapped
  const marked = typeof before === 'object' ? before : []
  const after = marked.includes(tapped) ? marked.filter((each) => each !== tapped) : [...marked, tapped]
  return answersOf(item).filter((id) => after.includes(id))
}

async function fetchPiles(parts: OfficeParts, assembly: Assembly, place: Place): Promise<PaperPile[]> {
  return Promise.all(
    electionsOf(assembly).map(async (uuid) => {
      const { manifest, roll } = await fetchPinned(parts, uuid, place.assembly)
      const papers = await parts.office.papers(uuid)
      return { uuid, scope: manifest.scope, manifest, pseudonyms: new Set(roll.electors.keys()), papers }
    }),
  )
}

/** Signs and hands in all papers of one election; true once the other counter entered the same. */
async function enterPile(
  parts: OfficeParts,
  assembly: Assembly,
  place: Place,
  { uuid, manifest, papers }: PaperPile,
  entered: Entered,
): Promise<boolean> {
  const { signing } = ownKeys(parts, assembly, place)
  const pseudonyms = papers.map(({ pseudonym }) => pseudonym).sort()
  const entries = pseudonyms.map((pseudonym) => ({
    pseudonym,
    choices: Object.fromEntries(
      manifest.items.map(({ id }) => [id, givenIn(entered, cell(uuid, pseudonym, id))]),
    ),
  }))
  const document = { drill: manifest.drill, entries, kind: 'paper', uuid, version: 1 }
  const signature = signing.sign('paper', document)
  const body = { document: JSON.parse(canonicalText(document)) as Record<string, unknown>, signature }
  return (await parts.office.enterPapers(uuid, body)).complete
}

function givenIn(entered: Entered, name: string): PaperChoice {
  const choice = entered[name]
  if (choice === undefined || choice.length === 0) throw new Withheld('unfinished')
  return choice
}

export function useCounterDesk(parts?: () => OfficeParts) {
  const office = useOffice('counter', parts)
  const { assembly, place, loadedAssembly } = office
  const label = ref('')
  const piles: ShallowRef<readonly PaperPile[]> = shallowRef([])
  const entered: ShallowRef<Entered> = shallowRef({})

  const isOpen = computed(() => assembly.value?.stage === 'OPEN')
  const isOver = computed(
    () => assembly.value !== null && isOverFor(assembly.value, office.parts().wallClock()),
  )
  const withPapers = computed(() => piles.value.filter(({ papers }) => papers.length > 0))

  const gathering = useTask(() =>
    guarded(async () => {
      piles.value = await fetchPiles(office.parts(), loadedAssembly(), place)
      return true
    }),
  )

  async function load(): Promise<void> {
    await office.load()
    const isFixed = isOpen.value || isOver.value
    if (office.keys.value === 'here' && isFixed) await gathering.run()
  }

  /** Records a paper in every election of the elector; refused by one, it may be of another. */
  const locking = useTask(async () => {
    const wanted = label.value.trim()
    const isPseudonym = piles.value.some(({ pseudonyms }) => pseudonyms.has(wanted))
    const who = isPseudonym ? { pseudonym: wanted } : { label: wanted }
    const locked = await office.parts().office.lockPaper(electionsOf(loadedAssembly()), who)
    label.value = ''
    await gathering.run()
    return locked
  })

  function enter(uuid: string, pseudonym: string, item: Item, tapped: string): void {
    const name = cell(uuid, pseudonym, item.id)
    entered.value = { ...entered.value, [name]: afterEntry(item, entered.value[name], tapped) }
  }

  const sending = useTask(async () => {
    let isComplete = true
    for (const pile of withPapers.value) {
      const one = await enterPile(office.parts(), loadedAssembly(), place, pile, entered.value)
      isComplete = isComplete && one
    }
    return isComplete ? ('complete' as const) : ('awaited' as const)
  })

  return { office, label, withPapers, entered, isOpen, isOver, load, gathering, locking, enter, sending }
}
