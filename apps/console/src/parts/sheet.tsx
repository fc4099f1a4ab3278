import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../language.tsx';
import { words } from './words.ts';

/** A sheet over the page: for an act that wants a moment of thought. */
export function Sheet(props: {
  readonly title: string;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly size?: string;
  readonly children: ReactNode;
}) {
  const w = useWords(words);
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      size={props.size ?? '32rem'}
      lockScroll={false}
      centered
      radius={3}
      overlayProps={{ backgroundOpacity: 0, className: 'scrim' }}
      closeButtonProps={{ 'aria-label': w.close }}
    >
      {props.children}
    </Modal>
  );
}
