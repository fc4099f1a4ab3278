import { useDisclosure } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useLanguage, useWords } from '../language.tsx';
import { Status } from '../parts/status.tsx';
import { TitleContext } from '../parts/title.ts';
import { sectionsOf } from '../sections.ts';
import { Find } from './find.tsx';
import { KeySheet } from './key-sheet.tsx';
import { useKeySetting, useShellKeys } from './keys.ts';
import { Mark } from './mark.tsx';
import { Rail } from './rail.tsx';
import { useVisitor } from './visitor.tsx';
import { words } from './words.ts';

/** What every page of the console stands in: the rail, the bar, the page. */
export function Shell() {
  const { desk } = useVisitor();
  const w = useWords(words);
  const places = sectionsOf(desk);
  const [isRailOpen, setRailOpen] = useState(false);
  const [isHelpOpen, help] = useDisclosure(false);
  const [areKeysOn, setKeys] = useKeySetting();
  useShellKeys({ isOn: areKeysOn, places, onFind: spotlight.open, onHelp: help.open });
  return (
    <>
      <a className="skip" href="#main">
        {w.skip}
      </a>
      <div className="con">
        <Rail isOpen={isRailOpen} onGo={() => setRailOpen(false)} />
        <div>
          <Bar isRailOpen={isRailOpen} onMenu={() => setRailOpen(!isRailOpen)} onHelp={help.open} />
          <Main />
          {areKeysOn && <Foot />}
        </div>
      </div>
      <Find />
      <KeySheet
        opened={isHelpOpen}
        onClose={help.close}
        places={places}
        isOn={areKeysOn}
        onSwitch={setKeys}
      />
    </>
  );
}

/** The page itself. Where another one takes its place, the focus goes there and its name is said. */
function Main() {
  const { pathname } = useLocation();
  const [title, setTitle] = useState('');
  const main = useRef<HTMLElement>(null);
  const before = useRef(pathname);
  useEffect(() => {
    // From the root somebody is led on, without having seen a page.
    if (pathname !== before.current && before.current !== '/') main.current?.focus({ preventScroll: true });
    before.current = pathname;
  }, [pathname]);
  return (
    <>
      <p className="sr" role="status">
        {title}
      </p>
      <main id="main" className="cmain" tabIndex={-1} ref={main}>
        <TitleContext value={setTitle}>
          <Outlet />
        </TitleContext>
      </main>
    </>
  );
}

/** The keys that act on most pages, where somebody looks for them. */
function Foot() {
  const { shortcuts } = useWords(words);
  const keys = [
    ['j k', shortcuts.rows],
    ['Enter', shortcuts.open],
    ['Esc', shortcuts.back],
    ['c', shortcuts.copy],
    ['/', shortcuts.find],
  ] as const;
  return (
    <footer className="keys only-l">
      {keys.map(([pressed, does]) => (
        <span key={pressed}>
          {pressed.split(' ').map((key) => (
            <kbd key={key}>{key}</kbd>
          ))}{' '}
          {does}
        </span>
      ))}
    </footer>
  );
}

function Bar(props: {
  readonly isRailOpen: boolean;
  readonly onMenu: () => void;
  readonly onHelp: () => void;
}) {
  const { livemode, desk } = useVisitor();
  const { language, choose } = useLanguage();
  const w = useWords(words);
  const other = language === 'en' ? 'zh' : 'en';
  return (
    <header className="cbar">
      <span className="only-s">
        <Mark />
      </span>
      <button type="button" className="find" onClick={spotlight.open}>
        <span className="only-l">{desk === 'merchant' ? w.findAtMerchant : w.find}</span>
        <span className="only-s">{w.findShort}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <span className="row ends">
        <Status shape={livemode ? 'done' : 'open'}>{livemode ? w.live : w.sandbox}</Status>
        <button
          type="button"
          className="plain"
          lang={other === 'zh' ? 'zh-CN' : 'en'}
          onClick={() => choose(other)}
        >
          {w.other}
        </button>
        <button type="button" className="plain only-l" onClick={props.onHelp}>
          <kbd aria-hidden="true">?</kbd> {w.keys}
        </button>
        <button
          type="button"
          className="btn two s only-s"
          aria-expanded={props.isRailOpen}
          aria-controls="rail"
          onClick={props.onMenu}
        >
          {w.menu}
        </button>
      </span>
    </header>
  );
}
