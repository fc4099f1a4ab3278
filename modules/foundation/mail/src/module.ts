import { DAY, err, HOUR, ok, SECOND } from '@tpmall/kernel';
import { defineModule } from '@tpmall/platform/module';
import { z } from 'zod';
import { mailConfig } from './config.ts';
import { type MailDriver, mailContract } from './contract/index.ts';
import { type DeliveryEnvironment, deliver, sweep } from './service/deliver.ts';
import { sealingKeyOf } from './service/sealed-mail.ts';
import { send } from './service/send.ts';
import { deleteOldMessages, findMessage } from './store/messages.ts';

/** How long it is known what became of a mail. */
const REMEMBERED = 30 * DAY;

const payload = z.object({ id: z.string() });

/**
 * Mails to people.
 *
 * @param driver the package that speaks to the mail host; only the composition root knows it
 */
export const mail = <Settings>(driver: MailDriver<Settings>) =>
  defineModule({
    name: 'mail',
    contract: mailContract,
    needs: {},
    config: mailConfig(driver),
    migrations: new URL('../migrations/', import.meta.url),
    create({ config, db, clock, random, log, metrics, jobs }) {
      const provider = driver.connect(config.host);
      const sealingKey = sealingKeyOf(config.sealingSecret);
      const outcomes = metrics.counter('tpmall_mail_tries_total', 'Tries to hand a mail to its host', [
        'outcome',
      ]);
      const delivery: DeliveryEnvironment = {
        ...{ db, clock, log, provider, sealingKey, outcomes },
        from: config.from,
      };
      return {
        implementation: {
          send: (context, input) =>
            send({ db, clock, random, jobs, sealingKey, timeZone: config.timeZone }, context, input),
          findMail: async ({ tenant }, { id }) => {
            const record = await findMessage(db, tenant, id);
            return record ? ok(record) : err('not_found', `there is no mail ${id}`, { field: 'id' });
          },
        },
        jobs: [
          { name: 'deliver', outside: true, run: (given) => deliver(delivery, payload.parse(given).id) },
          {
            name: 'deliver-due',
            every: config.retryEverySeconds * SECOND,
            outside: true,
            run: () => sweep(delivery),
          },
          {
            name: 'forget-mails',
            every: HOUR,
            async run() {
              const deleted = await deleteOldMessages(db, clock.now() - REMEMBERED);
              if (deleted > 0) log.info({ deleted }, 'old mails deleted');
            },
          },
        ],
        stop: async () => provider.close(),
      };
    },
  });
