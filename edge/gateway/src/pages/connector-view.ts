import type { ConnectorHealth } from '@tpmall/acquiring/contract';
import {
  cell,
  columnHead,
  figure,
  type Html,
  html,
  type Language,
  oneDecimal,
  row,
  rowHead,
  type Shape,
  shortHead,
  status,
  table,
} from '@tpmall/platform/pages';
import { moment, operationsPage } from './operations-layout.ts';
import { circuitWords, linkWords, operationsWords } from './operations-words.ts';

const links: Readonly<Record<ConnectorHealth['state'], Shape>> = {
  signed_on: 'done',
  connecting: 'wait',
  stopped: 'open',
};
const circuits: Readonly<Record<ConnectorHealth['circuit']['state'], Shape>> = {
  closed: 'done',
  half_open: 'wait',
  open: 'due',
};

/** How the ways to acquirers are doing; undefined where acquiring cannot be asked. */
export type Connectors = readonly ConnectorHealth[] | undefined;

/** How each way to an acquirer is doing. */
export function connectorsPage(language: Language, connectors: Connectors): string {
  return operationsPage(language, 'connectors', connectorTable(language, connectors));
}

/** Connectors with their link, their circuit, and how fast and how often they answer. */
export function connectorTable(language: Language, connectors: Connectors): Html {
  const w = operationsWords[language];
  if (!connectors) return html`<p class="note ochre">${w.connectorsAway}</p>`;
  const heads = [
    columnHead(w.connector),
    columnHead(w.link),
    columnHead(w.circuit),
    columnHead(w.answeredShare, true),
    columnHead(w.fast, true),
    columnHead(w.slow, true),
    columnHead(w.problem),
  ];
  const rows = connectors.map((each) => {
    const { recent, circuit } = each;
    const labelled = (label: string, value: Html | string): Html => figure(html`${shortHead(label)}${value}`);
    return row(
      rowHead(html`${each.name}<br><span class="cap-s">${each.protocol}</span>`),
      cell(status(links[each.state], linkWords[language][each.state]), 'how'),
      cell(
        html`${shortHead(w.circuit)}${status(circuits[circuit.state], circuitWords[language][circuit.state])}
<br><span class="cap-s">${w.since} ${moment(language, circuit.since)}</span>`,
        'wide',
      ),
      labelled(w.answeredShare, answeredShare(language, recent)),
      labelled(w.fast, milliseconds(language, recent.p50Ms)),
      labelled(w.slow, milliseconds(language, recent.p99Ms)),
      cell(html`${shortHead(w.problem)}${each.lastProblem ?? w.none}`, 'wide'),
    );
  });
  return html`${table(w.connectors, heads, rows, { fold: 'fold-log' })}
<p class="cap">${w.connectorsNote} ${w.times}</p>`;
}

function answeredShare(language: Language, { asked, answered }: ConnectorHealth['recent']): Html {
  const w = operationsWords[language];
  if (asked === 0) return unknown(language);
  return html`${oneDecimal((100 * answered) / asked)}%
<span class="cap-s">${answered.toLocaleString('en')} ${w.ofAsked} ${asked.toLocaleString('en')}</span>`;
}

function milliseconds(language: Language, value: number | null): Html {
  return value === null ? unknown(language) : html`${oneDecimal(value)} ms`;
}

function unknown(language: Language): Html {
  return html`–<span class="sr">${operationsWords[language].nothingAsked}</span>`;
}
