export { CLUSTER_FOLDER, OWN_SERVER, removeClusters, sharedCluster } from './cluster.ts';
export { filesWith } from './files-with.ts';
export { freePorts } from './free-ports.ts';
export { silentLog } from './silent-log.ts';
export { TEST_INSTANCE_SECRET, TEST_SECRET, type TestDatabase, testDatabase } from './test-database.ts';
