import { Link } from '@tanstack/react-router';
import { useLanguage, useWords } from '../language.tsx';
import { words as partWords } from '../parts/words.ts';
import { sectionsOf } from '../sections.ts';
import { Mark } from './mark.tsx';
import { ThemeChoice } from './theme-choice.tsx';
import { useSignOut, useVisitor } from './visitor.tsx';
import { words } from './words.ts';

const GROUPS = ['sell', 'watch', 'money', 'build', 'house'] as const;

/** The places of a desk, who looks, and the way out. */
export function Rail({ isOpen, onGo }: { readonly isOpen: boolean; readonly onGo: () => void }) {
  const { desk, person, platform, accounts } = useVisitor();
  const { language } = useLanguage();
  const w = useWords(words);
  const marks = useWords(partWords);
  const signOut = useSignOut();
  const places = sectionsOf(desk);
  const groups = GROUPS.filter((group) => places.some((place) => place.group === group));
  return (
    <aside id="rail" className="rail" data-open={isOpen}>
      <span className="only-l">
        <Mark />
      </span>
      <p className="org">
        <span className="strong">
          {desk === 'merchant' ? accounts.map(({ name }) => name).join(marks.comma) : platform.name}
        </span>
        <br />
        <span className="cap-s">{w.desks[desk]}</span>
      </p>
      <nav aria-label={w.main} className="stack l">
        {groups.map((group) => (
          <div key={group}>
            <p className="grp">{w.groups[group]}</p>
            <ul>
              {places
                .filter((place) => place.group === group)
                .map(({ path, name }) => (
                  <li key={path}>
                    <Link to={path} activeProps={{ 'aria-current': 'page' }} onClick={onGo}>
                      {name[language]}
                    </Link>
                  </li>
                ))}
            </ul>
          </div>
        ))}
      </nav>
      <div className="me">
        <p className="strong">{person.name || person.email}</p>
        <p className="cap-s">{person.email}</p>
        <ThemeChoice />
        <button type="button" className="plain" onClick={() => void signOut()}>
          {w.signOut}
        </button>
      </div>
    </aside>
  );
}
