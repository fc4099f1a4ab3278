import type { Language } from '@tpmall/platform/pages';

/** What stands around every page, and what is said where there is none. */
export const frameWords = {
  en: {
    skip: 'Skip to content',
    language: 'Language',
    missing: 'There is nothing here',
    missingText: 'The address may be mistyped, or what stood here is gone.',
    search: 'Search goods',
    find: 'Search',
    foreign: 'This form is not from this page',
    foreignText: 'Nothing was done. Open the page again and send the form from there.',
    unreadable: 'This form cannot be read',
    unreadableText: 'Nothing was done. Go back and try again.',
    failed: 'Something of ours does not answer',
    failedText: 'Nothing you did is lost. Load this page again in a moment.',
    reference: 'Reference',
    toMall: 'To the mall',
  },
  zh: {
    skip: '跳到内容',
    language: '语言',
    missing: '此处没有内容',
    missingText: '地址可能有误，或内容已不在此处。',
    search: '搜索商品',
    find: '搜索',
    foreign: '此表单并非来自本页',
    foreignText: '未执行任何操作。请重新打开页面后提交。',
    unreadable: '无法读取此表单',
    unreadableText: '未执行任何操作。请返回后重试。',
    failed: '我方服务暂无响应',
    failedText: '您的操作不会丢失。请稍后重新打开本页。',
    reference: '编号',
    toMall: '前往商城',
  },
} as const satisfies Record<Language, Record<string, string>>;
