export { jobQueue } from './queue.ts';
export { type JobOwner, type JobRunner, startJobs } from './runner.ts';
