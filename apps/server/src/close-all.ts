/**
 * Closes what was opened, the last first, each whatever became of the others; nothing is closed twice.
 *
 * @throws the first error, once all have been tried
 */
export async function closeAll(closers: (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const close of closers.splice(0).reverse()) {
    await close().catch((error: unknown) => errors.push(error));
  }
  if (errors.length > 0) throw errors[0];
}
