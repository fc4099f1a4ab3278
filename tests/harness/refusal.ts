import Stripe from 'stripe';

/** What the SDK threw, which must be one of its own typed errors. */
export async function refusalOf(
  attempt: Promise<unknown>,
): Promise<InstanceType<typeof Stripe.errors.StripeError>> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('was not refused');
}
