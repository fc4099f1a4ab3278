export { createJobBoard } from './board.ts';
export { JOB_STATES, type JobState, jobsContract, type QueuedJob } from './contract.ts';
export { jobQueue } from './queue.ts';
export { type JobOwner, type JobRunner, startJobs } from './runner.ts';
