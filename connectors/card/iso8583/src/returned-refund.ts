import type { ReturnedRefund } from '@tpmall/acquiring/contract';
import { DAY, type Micros } from '@tpmall/kernel';
import { type IsoMessage, readOriginalElement } from './codec/index.ts';
import { declineCode } from './response-codes.ts';

/** What a 0420 from the host says of a refund (0200) of ours; undefined where it says something else. */
export function readReturnedRefund(
  message: IsoMessage,
  now: Micros,
): Pick<ReturnedRefund, 'trace' | 'amount' | 'declineCode' | 'networkCode'> | undefined {
  const { 4: amount, 39: networkCode, 90: de90 } = message.fields;
  if (amount === undefined || networkCode === undefined || de90 === undefined) return undefined;
  const original = readOriginalElement(de90);
  const transmittedAt = latestInstant(original.transmission, now);
  if (original.mti !== '0200' || transmittedAt === undefined) return undefined;
  return {
    trace: { stan: Number(original.stan), transmittedAt },
    amount: BigInt(amount),
    declineCode: declineCode(networkCode),
    networkCode,
  };
}

/** DE 7 has no year: the last instant of that name which is not after tomorrow. */
function latestInstant(transmission: string, now: Micros): Micros | undefined {
  const [month, day, hour, minute, second] = transmission.match(/\d\d/g)?.map(Number) ?? [];
  if (!month || !day || hour === undefined || minute === undefined || second === undefined) return undefined;
  const year = new Date(Math.floor(now / 1000)).getUTCFullYear();
  return [year + 1, year, year - 1]
    .map((each) => Date.UTC(each, month - 1, day, hour, minute, second) * 1000)
    .find((at) => at <= now + DAY);
}
