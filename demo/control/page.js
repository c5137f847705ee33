// The page of the demo: shows everybody twice a second, and sends what was clicked. No framework: it is a tool.
const list = document.getElementById('workers')
const said = document.getElementById('said')
const form = document.getElementById('rate')
const rows = new Map()

/** What can be done about a worker: word, change, and when it makes no sense. */
const deeds = [
  ['Break', (name) => ({ moods: [[name, 'broken']] }), (worker) => worker.mood === 'broken'],
  ['Slow down', (name) => ({ moods: [[name, 'slow']] }), (worker) => worker.mood === 'slow'],
  ['Heal', (name) => ({ moods: [[name, 'healthy']] }), (worker) => worker.mood === 'healthy'],
  ['Stop', (name) => ({ dismiss: [name] }), (worker) => !worker.isAtWork],
  ['Start', (name) => ({ hire: [name] }), (worker) => worker.isAtWork],
]

async function change(body, words) {
  const answer = await fetch('change', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const told = await answer.json()
  said.textContent = answer.ok ? words : told.error
  if (answer.ok) show(told)
}

function element(tag, text = '', className = '') {
  const made = document.createElement(tag)
  made.textContent = text
  made.className = className
  return made
}

function makeRow(worker) {
  const item = element('li')
  const about = element('span', '', 'about')
  const state = element('span')
  const counts = element('span', '', 'counts')
  about.append(element('strong', worker.name), state, counts, element('small', worker.about))
  const buttons = deeds.map(([word, changeOf]) => {
    const button = element('button', word)
    button.ariaLabel = `${word}: ${worker.name}`
    button.onclick = () => change(changeOf(worker.name), `${worker.name}: ${word.toLowerCase()}`)
    return button
  })
  const group = element('span', '', 'deeds')
  group.append(...buttons)
  item.append(about, group)
  list.append(item)
  return { state, counts, buttons }
}

function show(status) {
  if (document.activeElement !== form.rate) form.rate.value = status.rate
  for (const worker of status.workers) {
    const row = rows.get(worker.name) ?? makeRow(worker)
    rows.set(worker.name, row)
    row.state.textContent = worker.isAtWork ? worker.mood : 'away'
    const { done, failed, skipped, dead } = worker.tally
    const counts = [
      `${done} done`,
      failed && `${failed} failed`,
      skipped && `${skipped} known`,
      dead && `${dead} dead`,
    ]
    row.counts.textContent = counts.filter(Boolean).join(', ')
    for (const [index, [, , isPointless]] of deeds.entries())
      row.buttons[index].disabled = isPointless(worker)
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  change({ rate: Number(form.rate.value) }, `${form.rate.value} orders a second`)
})

async function follow() {
  try {
    show(await (await fetch('status')).json())
  } catch {
    said.textContent = 'The demo does not answer. It has ended, or its terminal says why.'
  }
  setTimeout(follow, 500)
}
follow()
