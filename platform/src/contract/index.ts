export { decode, encode } from './codec.ts';
export { type ApiRequest, type CallContext, type OutgoingContext, personOf } from './context.ts';
export {
  type CodeOf,
  type Contract,
  command,
  defineContract,
  type Implementation,
  type InputOf,
  type Operation,
  type OutputOf,
  type PlatformCode,
  type Port,
  query,
  type Schema,
} from './contract.ts';
export { absentPort, type Fault, withFaults } from './faults.ts';
export { type Callee, createCallee, fieldPath, InvalidInput, invalidInput, localPort } from './local.ts';
export {
  type Metadata,
  type MetadataPatch,
  metadataPatchSchema,
  metadataSchema,
  patchMetadata,
} from './metadata.ts';
export { cursorNotFound, idsInput, type Page, type PageCode, pageCodes, pageInput } from './page.ts';
export { type Address, connectRemote, type PairSecrets, type RemotePort, serveContracts } from './remote.ts';
export { returnAddress, withParameters } from './return-address.ts';
