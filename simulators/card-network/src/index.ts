export { cohortCardNumber, findTestCard, namedTestCards, type TestCard, testCards } from './cards.ts';
export type { Fault } from './host/faults.ts';
export { type CardNetworkProcess, spawnCardNetwork } from './process.ts';
export { type CardNetwork, type CardNetworkOptions, startCardNetwork } from './start.ts';
