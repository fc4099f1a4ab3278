import type { Words } from '../language.tsx';

const en = {
  title: 'Sign in to the console',
  lead: 'We send a code to your e-mail address; there is no password.',
  as: 'I work',
  roles: { merchant: 'for a merchant, or develop for the platform', operator: 'in operations' },
  email: 'E-mail',
  send: 'Send the code',
  codeTitle: 'The code from your mail',
  codeLead: (email: string) =>
    `If ${email} may sign in here, six digits are on their way. They are good for ten minutes.`,
  code: 'Code',
  codeHint: 'Six digits',
  signIn: 'Sign in',
  again: 'Ask for a new code',
  badEmail: 'This is no e-mail address. Write it as name@example.com.',
  wrong: 'This is not the code of the mail. Look for the newest one.',
  badCode: 'Write the six digits of the mail.',
  over: 'This code is of no use any more. Ask for a new one.',
  slow: (minutes: number) => `Too many codes were asked for. Come again in ${minutes} min.`,
  busy: 'Nothing answers just now. Try again in a moment.',
  other: '中文',
};

/** What the sign-in says. */
export const words: Words<typeof en> = {
  en,
  zh: {
    title: '登录控制台',
    lead: '我们将向您的邮箱发送验证码，无需密码。',
    as: '我的身份',
    roles: { merchant: '商户人员或平台开发者', operator: '运营人员' },
    email: '电子邮箱',
    send: '发送验证码',
    codeTitle: '邮件中的验证码',
    codeLead: (email) => `如果 ${email} 有权在此登录，六位数字已发送，十分钟内有效。`,
    code: '验证码',
    codeHint: '六位数字',
    signIn: '登录',
    again: '重新获取验证码',
    badEmail: '邮箱地址格式有误，请按 name@example.com 填写。',
    wrong: '验证码不正确，请查看最新的邮件。',
    badCode: '请填写邮件中的六位数字。',
    over: '此验证码已失效，请重新获取。',
    slow: (minutes) => `请求验证码过于频繁，请在 ${minutes} 分钟后重试。`,
    busy: '服务暂无响应，请稍后重试。',
    other: 'English',
  },
};
